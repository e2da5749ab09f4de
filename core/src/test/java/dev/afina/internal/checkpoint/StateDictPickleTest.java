package dev.afina.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afina.CheckpointException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Pickles written by hand, good and evil; {@link PytorchBinTest} has those that PyTorch writes. */
class StateDictPickleTest {
  private static final String REFUSED =
      " is not a tensor; nothing of the file was executed; if you trust who made it, convert it to safetensors in Python";

  @Test
  void read_stateDict_byHand() throws CheckpointException {
    byte[] pickle =
        new PickleBytes()
            .global("collections", "OrderedDict")
            .ops(")Rq\0(")
            .text("a")
            .tensor("HalfStorage", "7", 12, 5, new int[] {2, 3}, new int[] {1, 2})
            .bytes('r', 0, 1, 0, 0) // stored as value 256
            .text("b")
            .bytes('j', 0, 1, 0, 0)
            .op('u')
            .ops("}") // what modules hang onto their state dict
            .text("_metadata")
            .ops("}sb")
            .stop();

    Map<String, TorchView> tensors = read(pickle);

    assertThat(tensors).containsOnlyKeys("a", "b");
    assertThat(tensors.get("b")).isSameAs(tensors.get("a"));
    assertThat(tensors.get("a").storage()).isEqualTo(new Pickled.Storage("7", DType.F16, 12));
    assertThat(tensors.get("a").offset()).isEqualTo(5);
    assertThat(tensors.get("a").shape()).containsExactly(2L, 3L);
    assertThat(tensors.get("a").strides()).containsExactly(1L, 2L);
  }

  @Test
  void read_newerInstructions_byHand() throws CheckpointException {
    byte[] pickle =
        new PickleBytes()
            .bytes(0x80, 5, 0x95, 9, 0, 0, 0, 0, 0, 0, 0)
            .op('}')
            .bytes(0x8c, 1, 'a', 0x94) // SHORT_BINUNICODE, MEMOIZE as 0
            .text("torch._utils")
            .bytes(0x8c, 18)
            .ops("_rebuild_parameter")
            .op(0x93)
            .tensor("LongStorage", "0", 200_000, 0, new int[] {1, 1}, new int[] {1, 1})
            .op(0x88)
            .global("collections", "OrderedDict")
            .ops(")R")
            .op(0x87)
            .op('R')
            .op('s')
            .bytes(0x8d, 1, 0, 0, 0, 0, 0, 0, 0, 'b') // BINUNICODE8
            .global("torch._utils", "_rebuild_tensor_v2")
            .op('(')
            .storage("LongStorage", "0", 200_000)
            .bytes(0x8a, 3, 0xff, 0xff, 0) // LONG1: 65,535
            .bytes('M', 0xff, 0xff, 0x85) // BININT2, TUPLE1
            .bytes('K', 2, 0x85)
            .op(0x89)
            .op('}')
            .ops("N") // None for its metadata
            .ops("tRs")
            .stop();

    Map<String, TorchView> tensors = read(pickle);

    assertThat(tensors.get("a").shape()).containsExactly(1L, 1L);
    assertThat(tensors.get("b"))
        .hasToString(
            "TorchView[storage=Storage[key=0, dtype=I64, elements=200000], offset=65535, shape=[65535], strides=[2]]");
  }

  /** Each names something that could run, and gets no further than its name. */
  @ParameterizedTest
  @CsvSource({
    "posix, system",
    "os, system",
    "nt, system",
    "subprocess, Popen",
    "builtins, eval",
    "builtins, getattr",
    "__builtin__, eval",
    "builtins, print",
    "torch, load",
    "torch.hub, load",
    "torch, FloatTensor",
    "torch._utils, _rebuild_tensor",
    "torch._utils, _rebuild_tensor_v3",
    "torch._utils, _rebuild_parameter_with_state",
    "torch._utils, _rebuild_sparse_tensor",
    "torch, ComplexFloatStorage",
    "torch.nn.modules.linear, Linear",
    "collections, defaultdict",
    "collections, ''",
    "numpy.core.multiarray, scalar",
    "copyreg, _reconstructor",
    "_codecs, encode",
  })
  void read_anyOtherName_isRefused(String module, String name) {
    String message = "\"" + module + "." + name + "\"" + REFUSED;
    assertRefused(
        new PickleBytes().global(module, name).text("touch /tmp/evil").op(0x85).ops("R").stop(),
        message);
    assertRefused(new PickleBytes().text(module).text(name).op(0x93).ops(")R").stop(), message);
  }

  @Test
  void read_longName_isCut() {
    byte[] pickle = new PickleBytes().global("x".repeat(100_000), "y\u001b").stop();
    assertThatThrownBy(() -> read(pickle))
        .hasMessage("x.bin: \"" + "x".repeat(100) + "…\" (100003 characters)" + REFUSED);
  }

  @ParameterizedTest
  @EnumSource(
      value = PickleOpcode.class,
      names = {
        "POP",
        "POP_MARK",
        "DUP",
        "FLOAT",
        "INT",
        "LONG",
        "PERSID",
        "STRING",
        "BINSTRING",
        "SHORT_BINSTRING",
        "UNICODE",
        "APPEND",
        "DICT",
        "APPENDS",
        "GET",
        "INST",
        "LIST",
        "EMPTY_LIST",
        "OBJ",
        "PUT",
        "BINFLOAT",
        "BINBYTES",
        "SHORT_BINBYTES",
        "NEWOBJ",
        "EXT1",
        "EXT2",
        "EXT4",
        "LONG4",
        "BINBYTES8",
        "EMPTY_SET",
        "ADDITEMS",
        "FROZENSET",
        "NEWOBJ_EX",
        "BYTEARRAY8",
        "NEXT_BUFFER",
        "READONLY_BUFFER"
      })
  void read_anyOtherInstruction_isRefused(PickleOpcode opcode) {
    int code = 0;
    while (PickleOpcode.of(code) != opcode) {
      code++;
    }
    byte[] pickle = new PickleBytes().op('(').text("a").op(code).ops("os\nsystem\n").stop();
    assertRefused(pickle, "the instruction " + opcode + REFUSED);
  }

  /** Python would set attributes, or call __setstate__. */
  @Test
  void read_buildOfAnythingButADictionary_isRefused() {
    PickleBytes tensor =
        new PickleBytes().tensor("FloatStorage", "0", 1, 0, new int[] {1}, new int[] {1});
    assertRefused(tensor.ops("}b").stop(), "the instruction BUILD on a tensor" + REFUSED);
    assertRefused(
        new PickleBytes().global("torch", "FloatStorage").ops("}b").stop(),
        "the instruction BUILD on a type" + REFUSED);
    assertRefused(
        new PickleBytes().ops("})b").stop(), "the instruction BUILD on a dictionary" + REFUSED);
  }

  @Test
  void read_callOfAValue_isRefused() {
    assertRefused(new PickleBytes().text("eval").ops(")R").stop(), "the call of a text" + REFUSED);
    assertRefused(
        new PickleBytes().global("torch", "FloatStorage").ops(")R").stop(),
        "the call of a type" + REFUSED);
    assertRefused(
        new PickleBytes().global("collections", "OrderedDict").ops("}R").stop(),
        "the call of a function" + REFUSED);
  }

  @Test
  void read_argumentsThatTorchDoesNotWrite_areRefused() {
    String view = "_rebuild_tensor_v2 has arguments that torch.save does not write";
    PickleBytes begin =
        new PickleBytes()
            .global("torch._utils", "_rebuild_tensor_v2")
            .op('(')
            .storage("FloatStorage", "0", 1)
            .number(0)
            .tuple(1)
            .tuple(1)
            .op(0x89)
            .op('}');
    // The metadata {"neg": True} stands for a tensor whose numbers are the negated ones.
    assertRefused(begin.op('}').text("neg").op(0x88).ops("stR").stop(), view);
    assertRefused(
        new PickleBytes().global("torch._utils", "_rebuild_tensor_v2").ops(")R").stop(), view);
    assertRefused(
        new PickleBytes().global("torch._utils", "_rebuild_parameter").ops(")R").stop(),
        "_rebuild_parameter has arguments that torch.save does not write");
    assertRefused(
        new PickleBytes().global("collections", "OrderedDict").ops("N").op(0x85).ops("R").stop(),
        "OrderedDict has arguments that torch.save does not write");
  }

  @Test
  void read_whatIsNoStateDict_isNamed() {
    assertRefused(
        new PickleBytes().tuple(1, 2).stop(),
        "holds a tuple, expected a dictionary of tensors (a state dict)");
    assertRefused(
        new PickleBytes().op('}').text("epoch").number(3).op('s').stop(),
        "\"epoch\" is a number, not a tensor; expected a model's state dict, not the checkpoint of a training: save it with save_pretrained");
    assertRefused(
        new PickleBytes().op('}').text("a").ops("Ns").text("a").ops("Ns").stop(),
        "\"a\" occurs twice");
    assertRefused(
        new PickleBytes().op('}').number(1).ops("Ns").stop(),
        "a name is a number, expected a text");
    assertRefused(
        new PickleBytes().ops("N").text("a").ops("Ns").stop(),
        "puts entries into None, expected a dictionary");
    assertRefused(
        new PickleBytes().ops("}(").text("a").ops("u").stop(),
        "puts entries into a dictionary, expected a dictionary");
  }

  @Test
  void read_storages() {
    assertRefused(
        new PickleBytes().storage("FloatStorage", "0", 1).storage("FloatStorage", "0", 2).stop(),
        "storage \"0\" has two types or two sizes");
    assertRefused(
        new PickleBytes().text("module").op(0x85).op('Q').stop(),
        "refers to a tuple outside, expected the storage of a tensor by type, key and size");
    assertRefused(
        new PickleBytes().ops("NQ").stop(),
        "refers to None outside, expected the storage of a tensor by type, key and size");
  }

  @Test
  void read_damaged() {
    assertRefused(new byte[0], "cut short, or a length in it is wrong");
    assertRefused(new byte[] {7}, "byte 7 is no instruction of a pickle; the file is damaged");
    assertRefused(new byte[] {(byte) 0x80, 9, '.'}, "protocol 9, expected 2 to 5");
    assertRefused(new PickleBytes().stop(), "takes a value that is not there; the file is damaged");
    assertRefused(
        new PickleBytes().ops("N(R").stop(),
        "takes a value that is not there; the file is damaged");
    assertRefused(
        new PickleBytes().ops("Nt").stop(), "closes what was not opened; the file is damaged");
    assertRefused(
        new PickleBytes().ops("h\7").stop(), "value 7 was never stored; the file is damaged");
    assertRefused(new PickleBytes().ops("}(N").stop(), "goes on behind its end");
    assertRefused(new PickleBytes().ops("}.").stop(), "goes on behind its end");
    assertRefused(
        new PickleBytes().op('X').bytes(0xff, 0xff, 0xff, 0xff).stop(),
        "cut short, or a length in it is wrong");
    assertRefused(
        new PickleBytes().op(0x8d).bytes(1, 0, 0, 0, 0, 0, 0, 0x80).stop(),
        "cut short, or a length in it is wrong");
    assertRefused(
        new PickleBytes().op(0x8a).bytes(9, 0, 0, 0, 0, 0, 0, 0, 0, 1).stop(),
        "a number of 9 bytes, expected sizes of at most 8");
    assertRefused(
        new PickleBytes().op('X').bytes(1, 0, 0, 0, 0xff).stop(), "a text that is not UTF-8");
    assertRefused(
        new PickleBytes().ops("cno line").stop(), "cut short, or a length in it is wrong");
  }

  @Test
  void read_cutShortAnywhere_isRefused() {
    byte[] pickle = PickleBytes.vector(3);
    for (int length = 0; length < pickle.length; length++) {
      byte[] cut = Arrays.copyOf(pickle, length);
      assertThatThrownBy(() -> read(cut))
          .isInstanceOf(CheckpointException.class)
          .hasMessageMatching("x\\.bin: .{10,200}");
    }
  }

  @Test
  void read_bombs_areRefused() {
    // 60 tuples, each of the one before ten times: 10^60 values for whoever walks through them.
    PickleBytes laughs = new PickleBytes().ops("()q\0");
    for (int i = 0; i < 60; i++) {
      laughs.ops("(" + "h\0".repeat(10) + "tq\0");
    }
    assertRefused(
        laughs.op('t').stop(), "holds a tuple, expected a dictionary of tensors (a state dict)");
    PickleBytes inKeys = new PickleBytes().ops("}()q\0");
    for (int i = 0; i < 60; i++) {
      inKeys.ops("h\0h\0").op(0x86).ops("q\0");
    }
    assertRefused(inKeys.ops("tNs").stop(), "a name is a tuple, expected a text");
    // A dictionary inside itself.
    assertRefused(
        new PickleBytes().ops("}q\0").text("a").ops("h\0s").stop(),
        "\"a\" is a dictionary, not a tensor; expected a model's state dict, not the checkpoint of a training: save it with save_pretrained");
    // Deep, by nesting, by open marks, by a full stack.
    PickleBytes nested = new PickleBytes().ops(")");
    for (int i = 0; i < 1_000_000; i++) {
      nested.op(0x85);
    }
    assertRefused(nested.stop(), "holds a tuple, expected a dictionary of tensors (a state dict)");
    String tooMuch =
        "more than 2000000 steps or 10000 open values, expected the tensors of a model";
    assertRefused(new PickleBytes().ops("(".repeat(20_000)).stop(), tooMuch);
    assertRefused(new PickleBytes().ops("N".repeat(20_000)).stop(), tooMuch);
    assertRefused(new PickleBytes().op('}').ops("q\0".repeat(2_000_001)).stop(), tooMuch);
    // A place in the memory far away takes no memory.
    assertRefused(
        new PickleBytes().op('}').op('r').bytes(0xff, 0xff, 0xff, 0xff).ops("0").stop(),
        "the instruction POP" + REFUSED);
  }

  @Test
  void globals_areTheseAndNoMore() {
    // A new one needs a thought: can what it stands for do anything?
    List<String> storages =
        List.of(
            "Double", "Float", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool");
    for (String name : storages) {
      assertThat(PickleGlobals.find("torch." + name + "Storage")).isPresent();
    }
    assertThat(PickleGlobals.find("collections.OrderedDict"))
        .hasValue(Pickled.Function.ORDERED_DICT);
    assertThat(PickleGlobals.count()).isEqualTo(storages.size() + 3);
  }

  private static Map<String, TorchView> read(byte[] pickle) throws CheckpointException {
    return StateDictPickle.read(ByteBuffer.wrap(pickle), "x.bin");
  }

  private static void assertRefused(byte[] pickle, String message) {
    assertThatThrownBy(() -> read(pickle))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("x.bin: " + message);
  }
}
