package dev.afina.internal.checkpoint;

import dev.afina.CheckpointException;
import dev.afina.internal.checkpoint.Pickled.Bool;
import dev.afina.internal.checkpoint.Pickled.Dict;
import dev.afina.internal.checkpoint.Pickled.Function;
import dev.afina.internal.checkpoint.Pickled.Int;
import dev.afina.internal.checkpoint.Pickled.None;
import dev.afina.internal.checkpoint.Pickled.Storage;
import dev.afina.internal.checkpoint.Pickled.StorageType;
import dev.afina.internal.checkpoint.Pickled.Tensor;
import dev.afina.internal.checkpoint.Pickled.Text;
import dev.afina.internal.checkpoint.Pickled.Tuple;
import dev.afina.internal.files.Excerpt;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pickle of a state dict: a dictionary of tensors, as {@code torch.save} writes it in the
 * protocols 2 to 5.
 *
 * <p>A pickle is a program for a small machine with a stack and a memory, and Python's own machine
 * calls whatever function a pickle names. This one has the instructions that tensors need and
 * {@link PickleGlobals}, a dozen names that stand for values of {@link Pickled}. It refuses every
 * other instruction or name when it meets it, and calls nothing in any case. Steps, stack and size
 * are bounded.
 */
final class StateDictPickle {
  /** Limits that no model comes near: one tensor takes about 30 steps and 200 bytes. */
  static final int MOST_BYTES = 8 << 20;

  private static final int MOST_STEPS = 2_000_000;

  /** Python writes a dictionary in runs of 1,000 entries. */
  private static final int MOST_ON_STACK = 10_000;

  private static final int NEWEST_PROTOCOL = 5;
  private static final String REFUSED =
      " is not a tensor; nothing of the file was executed; if you trust who made it, convert it to"
          + " safetensors in Python";

  private final PickleInput in;
  private final String where;
  private final List<Pickled> stack = new ArrayList<>();

  /** How high the stack was at each instruction MARK that is still open. */
  private final List<Integer> marks = new ArrayList<>();

  private final Map<Long, Pickled> memory = new HashMap<>();
  private final Map<String, Storage> storages = new HashMap<>();

  private StateDictPickle(ByteBuffer pickle, String where) {
    this.in = new PickleInput(pickle, where);
    this.where = where;
  }

  /**
   * Reads a pickle.
   *
   * @param pickle all of it, from position to limit
   * @param where the file and the entry, for messages
   * @return the tensors by name
   * @throws CheckpointException when it holds anything but tensors; the message names what
   */
  static SortedMap<String, TorchView> read(ByteBuffer pickle, String where)
      throws CheckpointException {
    return new StateDictPickle(pickle, where).read();
  }

  private SortedMap<String, TorchView> read() throws CheckpointException {
    int steps = 0;
    PickleOpcode opcode = opcode();
    while (opcode != PickleOpcode.STOP) {
      if (++steps > MOST_STEPS || stack.size() + marks.size() > MOST_ON_STACK) {
        throw problem(
            "more than "
                + MOST_STEPS
                + " steps or "
                + MOST_ON_STACK
                + " open values, expected the tensors of a model");
      }
      step(opcode);
      opcode = opcode();
    }
    Pickled result = pop();
    if (!stack.isEmpty() || !marks.isEmpty() || in.hasMore()) {
      throw problem("goes on behind its end");
    }
    return tensors(result);
  }

  private SortedMap<String, TorchView> tensors(Pickled result) throws CheckpointException {
    if (!(result instanceof Dict dict)) {
      throw problem("holds " + result.kind() + ", expected a dictionary of tensors (a state dict)");
    }
    SortedMap<String, TorchView> tensors = new TreeMap<>();
    for (Map.Entry<String, Pickled> entry : dict.values().entrySet()) {
      if (!(entry.getValue() instanceof Tensor tensor)) {
        throw problem(
            Excerpt.quoted(entry.getKey())
                + " is "
                + entry.getValue().kind()
                + ", not a tensor; expected a model's state dict, not the checkpoint of a training:"
                + " save it with save_pretrained");
      }
      tensors.put(entry.getKey(), tensor.view());
    }
    return tensors;
  }

  private PickleOpcode opcode() throws CheckpointException {
    int code = in.unsignedByte();
    PickleOpcode opcode = PickleOpcode.of(code);
    if (opcode == null) {
      throw problem("byte " + code + " is no instruction of a pickle; the file is damaged");
    }
    return opcode;
  }

  private void step(PickleOpcode opcode) throws CheckpointException {
    switch (opcode) {
      case PROTO -> protocol(in.unsignedByte());
      case FRAME -> in.signedLong(); // how many bytes Python is to read at once
      case MARK -> marks.add(stack.size());
      case NONE -> push(None.NONE);
      case NEWTRUE -> push(new Bool(true));
      case NEWFALSE -> push(new Bool(false));
      case BININT -> push(new Int(in.signedInt()));
      case BININT1 -> push(new Int(in.unsignedByte()));
      case BININT2 -> push(new Int(in.unsignedShort()));
      case LONG1 -> push(new Int(in.signed(in.unsignedByte())));
      case SHORT_BINUNICODE -> push(new Text(in.text(in.unsignedByte())));
      case BINUNICODE -> push(new Text(in.text(in.unsignedInt())));
      case BINUNICODE8 -> push(new Text(in.text(in.signedLong())));
      case EMPTY_TUPLE -> push(new Tuple(List.of()));
      case TUPLE1 -> push(new Tuple(pop(1)));
      case TUPLE2 -> push(new Tuple(pop(2)));
      case TUPLE3 -> push(new Tuple(pop(3)));
      case TUPLE -> push(new Tuple(popToMark()));
      case EMPTY_DICT -> push(new Dict());
      case SETITEM -> {
        List<Pickled> item = pop(2);
        put(item, top());
      }
      case SETITEMS -> {
        List<Pickled> items = popToMark();
        put(items, top());
      }
      case BINPUT -> memory.put((long) in.unsignedByte(), top());
      case LONG_BINPUT -> memory.put(in.unsignedInt(), top());
      case MEMOIZE -> memory.put((long) memory.size(), top());
      case BINGET -> push(remembered(in.unsignedByte()));
      case LONG_BINGET -> push(remembered(in.unsignedInt()));
      case GLOBAL -> global(in.line(), in.line());
      case STACK_GLOBAL -> {
        List<Pickled> name = pop(2);
        global(text(name.get(0)), text(name.get(1)));
      }
      case BINPERSID -> push(storage(pop()));
      case REDUCE -> {
        List<Pickled> call = pop(2);
        push(call(call.get(0), call.get(1)));
      }
      case BUILD -> build(pop(), top());
      default -> throw problem("the instruction " + opcode + REFUSED);
    }
  }

  private void protocol(int version) throws CheckpointException {
    if (version > NEWEST_PROTOCOL) {
      throw problem("protocol " + version + ", expected 2 to " + NEWEST_PROTOCOL);
    }
  }

  // ---- what the instructions do --------------------------------------------------------------

  private void global(String module, String name) throws CheckpointException {
    String path = module + "." + name;
    Pickled value =
        PickleGlobals.find(path).orElseThrow(() -> problem(Excerpt.quoted(path) + REFUSED));
    push(value);
  }

  private void put(List<Pickled> items, Pickled target) throws CheckpointException {
    if (!(target instanceof Dict dict) || items.size() % 2 != 0) {
      throw problem("puts entries into " + target.kind() + ", expected a dictionary");
    }
    for (int i = 0; i < items.size(); i += 2) {
      String key = text(items.get(i));
      if (dict.values().put(key, items.get(i + 1)) != null) {
        throw problem(Excerpt.quoted(key) + " occurs twice");
      }
    }
  }

  /** Modules hang the versions of their layers onto their state dict, which nobody here reads. */
  private void build(Pickled state, Pickled target) throws CheckpointException {
    if (!(target instanceof Dict) || !(state instanceof Dict)) {
      throw problem("the instruction BUILD on " + target.kind() + REFUSED);
    }
  }

  private Pickled call(Pickled function, Pickled arguments) throws CheckpointException {
    if (!(function instanceof Function known) || !(arguments instanceof Tuple tuple)) {
      throw problem("the call of " + function.kind() + REFUSED);
    }
    List<Pickled> values = tuple.values();
    return switch (known) {
      case ORDERED_DICT -> {
        require(values.isEmpty(), "OrderedDict");
        yield new Dict();
      }
      case REBUILD_TENSOR -> tensor(values);
      case REBUILD_PARAMETER -> {
        require(
            values.size() == 3
                && values.get(0) instanceof Tensor
                && values.get(1) instanceof Bool
                && isEmpty(values.get(2)),
            "_rebuild_parameter");
        yield values.get(0);
      }
    };
  }

  /** (storage, offset, shape, strides, requires_grad, backward hooks), perhaps with metadata. */
  private Tensor tensor(List<Pickled> values) throws CheckpointException {
    String function = "_rebuild_tensor_v2";
    require(values.size() == 6 || values.size() == 7, function);
    require(values.get(4) instanceof Bool && isEmpty(values.get(5)), function);
    // Metadata could say that all numbers are to be negated.
    require(values.size() == 6 || isEmpty(values.get(6)), function);
    if (values.get(0) instanceof Storage storage && values.get(1) instanceof Int offset) {
      return new Tensor(
          new TorchView(storage, offset.value(), numbers(values.get(2)), numbers(values.get(3))));
    }
    throw arguments(function);
  }

  /**
   * ("storage", its type, key, device, number of elements): the name of an entry of the archive.
   */
  private Storage storage(Pickled id) throws CheckpointException {
    if (id instanceof Tuple tuple
        && tuple.values().size() == 5
        && tuple.values().get(0) instanceof Text what
        && what.value().equals("storage")
        && tuple.values().get(1) instanceof StorageType type
        && tuple.values().get(2) instanceof Text key
        && tuple.values().get(3) instanceof Text
        && tuple.values().get(4) instanceof Int elements) {
      Storage storage = new Storage(key.value(), type.dtype(), elements.value());
      Storage other = storages.putIfAbsent(key.value(), storage);
      if (other != null && !other.equals(storage)) {
        throw problem("storage " + Excerpt.quoted(key.value()) + " has two types or two sizes");
      }
      return storage;
    }
    throw problem(
        "refers to "
            + id.kind()
            + " outside, expected the storage of a tensor by type, key and size");
  }

  private List<Long> numbers(Pickled tuple) throws CheckpointException {
    List<Long> numbers = new ArrayList<>();
    if (tuple instanceof Tuple values) {
      for (Pickled value : values.values()) {
        if (!(value instanceof Int number)) {
          throw problem("a shape or stride is " + value.kind() + ", expected a number");
        }
        numbers.add(number.value());
      }
      return numbers;
    }
    throw problem("a shape is " + tuple.kind() + ", expected a tuple of numbers");
  }

  private static boolean isEmpty(Pickled value) {
    return value == None.NONE || (value instanceof Dict dict && dict.values().isEmpty());
  }

  private void require(boolean holds, String function) throws CheckpointException {
    if (!holds) {
      throw arguments(function);
    }
  }

  private CheckpointException arguments(String function) {
    return problem(function + " has arguments that torch.save does not write");
  }

  private String text(Pickled value) throws CheckpointException {
    if (value instanceof Text text) {
      return text.value();
    }
    throw problem("a name is " + value.kind() + ", expected a text");
  }

  // ---- stack and memory ----------------------------------------------------------------------

  private void push(Pickled value) {
    stack.add(value);
  }

  private Pickled pop() throws CheckpointException {
    return pop(1).get(0);
  }

  private Pickled top() throws CheckpointException {
    requireOnStack(1);
    return stack.get(stack.size() - 1);
  }

  private List<Pickled> pop(int count) throws CheckpointException {
    requireOnStack(count);
    return cut(stack.size() - count);
  }

  private List<Pickled> popToMark() throws CheckpointException {
    if (marks.isEmpty()) {
      throw problem("closes what was not opened; the file is damaged");
    }
    return cut(marks.remove(marks.size() - 1));
  }

  private List<Pickled> cut(int from) {
    List<Pickled> end = stack.subList(from, stack.size());
    List<Pickled> values = List.copyOf(end);
    end.clear();
    return values;
  }

  /** What lies under a mark is out of reach. */
  private void requireOnStack(int count) throws CheckpointException {
    int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    if (stack.size() - floor < count) {
      throw problem("takes a value that is not there; the file is damaged");
    }
  }

  private Pickled remembered(long index) throws CheckpointException {
    @Nullable Pickled value = memory.get(index);
    if (value == null) {
      throw problem("value " + index + " was never stored; the file is damaged");
    }
    return value;
  }

  private CheckpointException problem(String what) {
    return new CheckpointException(where + ": " + what);
  }
}
