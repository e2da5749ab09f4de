package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.PackedStack;
import dev.afina.internal.model.layers.ParameterSpec.Part;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Makes the layers of a model and records their parameters, so that a family states keys and shapes
 * only once, where it makes its layers. A binder is a view of one prefix of the checkpoint's keys.
 */
public final class Binder {
  private final Form form;
  private final Map<String, ParameterSpec> parameters;
  private final AtomicBoolean inOneCall;
  private final String prefix;
  private final boolean heads;

  /**
   * A binder for all keys.
   *
   * @param form how the layers are computed
   */
  public Binder(Form form) {
    this(form, new LinkedHashMap<>(), new AtomicBoolean(), "", true);
  }

  private Binder(
      Form form,
      Map<String, ParameterSpec> parameters,
      AtomicBoolean inOneCall,
      String prefix,
      boolean heads) {
    this.form = form;
    this.parameters = parameters;
    this.inOneCall = inOneCall;
    this.prefix = prefix;
    this.heads = heads;
  }

  /**
   * The same binder for a family whose head is not used: layers of the head get no parameters and
   * must not be applied.
   */
  public Binder withoutHead() {
    return new Binder(form, parameters, inOneCall, prefix, false);
  }

  /** A binder that only records parameters; its layers must not be applied. */
  public static Binder describing() {
    return new Binder(
        new Form() {
          @Override
          public NDArray array(String key) {
            throw new IllegalStateException("parameter \"" + key + "\" is only described");
          }

          @Override
          public NDArray constant(String name, Function<NDManager, NDArray> maker) {
            throw new IllegalStateException("constant \"" + name + "\" is only described");
          }
        });
  }

  /** A binder for the keys under {@code path}. */
  public Binder at(String path) {
    return new Binder(form, parameters, inOneCall, prefix + path + ".", heads);
  }

  /**
   * The parameters of all layers made so far, in that order, by this binder and all binders derived
   * from the same one.
   */
  public List<ParameterSpec> parameters() {
    return List.copyOf(parameters.values());
  }

  /** Whether a network of the layers made so far may be {@linkplain #oneCall one call}. */
  public boolean mayBeOneCall() {
    return inOneCall.get();
  }

  /** A linear layer of the encoder: {@code name.weight} (out, in) and {@code name.bias}. */
  public Linear linear(String name, int in, int out) {
    return linear(LinearSpec.of(name, in, out));
  }

  /** A linear layer. */
  public Linear linear(LinearSpec spec) {
    return heads || !spec.part().isHead()
        ? form.linear(noted(spec))
        : x -> {
          throw new IllegalStateException("layer \"" + prefix + spec.name() + "\" is not made");
        };
  }

  /** See {@link Form#unpacked}. */
  public Linear unpacked(LinearSpec spec) {
    return form.unpacked(noted(spec));
  }

  /** See {@link Form#kept}. */
  public <T> Optional<T> kept(Function<NDManager, T> maker) {
    return form.kept(maker);
  }

  /**
   * A gated linear layer: the first half of its outputs, activated, times the second half.
   *
   * @param spec the layer with all outputs and the activation of the first half
   */
  public Linear gated(LinearSpec spec) {
    return form.gated(noted(spec));
  }

  /** A LayerNorm of the encoder: {@code name.weight} and {@code name.bias}. */
  public Norm norm(String name, int size, double epsilon) {
    return norm(Part.ENCODER, name, size, true, epsilon);
  }

  /**
   * A LayerNorm.
   *
   * @param hasBias whether it has a {@code name.bias}
   */
  public Norm norm(Part part, String name, int size, boolean hasBias, double epsilon) {
    note(name + ".weight", part, Initial.ONES, size);
    if (hasBias) {
      note(name + ".bias", part, Initial.ZEROS, size);
    }
    return new Norm(form, prefix + name, hasBias, size, epsilon);
  }

  /**
   * Embedding tables whose rows are added and normalized.
   *
   * @param size H
   * @param norm the norm of the sum
   * @param tables the tables in the order in which they are added; their keys are {@code
   *     name.weight} (rows, size)
   */
  public Embeddings embeddings(int size, Norm norm, Table... tables) {
    return embeddings(size, Optional.of(norm), tables);
  }

  /** Embedding tables whose rows are added, without a norm. */
  public Embeddings sums(int size, Table... tables) {
    return embeddings(size, Optional.empty(), tables);
  }

  private Embeddings embeddings(int size, Optional<Norm> norm, Table... tables) {
    for (Table table : tables) {
      note(table.name + ".weight", table.part, Initial.NORMAL, table.rows, size);
    }
    return new Embeddings(
        form,
        Arrays.stream(tables).map(t -> prefix + t.name + ".weight").toList(),
        Arrays.stream(tables).map(Table::ids).toList(),
        norm);
  }

  /**
   * Self-attention with separate query, key and value layers.
   *
   * @param rows the fewest tokens that it is computed for
   * @param query of H outputs, like key and value
   */
  public SelfAttention selfAttention(
      Rows rows, Attention.Options options, LinearSpec query, LinearSpec key, LinearSpec value) {
    return new SelfAttention(
        form.projection(rows, noted(query), noted(key), noted(value)), attention(options));
  }

  /**
   * Self-attention with one layer for queries, keys and values, in this order.
   *
   * @param rows the fewest tokens that it is computed for
   * @param all of 3 · H outputs
   */
  public SelfAttention selfAttention(Rows rows, Attention.Options options, LinearSpec all) {
    return new SelfAttention(form.projection(rows, noted(all)), attention(options));
  }

  /** Self-attention with one layer whose outputs are ordered by heads. */
  public SelfAttention selfAttention(Rows rows, Attention.Options options, ByHeads all) {
    Object unused = noted(all.all());
    note(all.queryBias(), Part.ENCODER, Initial.ZEROS, all.hidden());
    note(all.valueBias(), Part.ENCODER, Initial.ZEROS, all.hidden());
    return new SelfAttention(form.projection(rows, all.under(prefix)), attention(options));
  }

  /** Attention over given queries, keys and values. */
  public Attention attention(Attention.Options options) {
    return new Attention(options, form.kernels());
  }

  /**
   * A parameter of a layer that the family implements itself.
   *
   * @param name its key, relative to this binder
   * @return supplies its current array
   */
  public Array array(String name, Part part, long... shape) {
    note(name, part, shape.length > 1 ? Initial.NORMAL : Initial.ZEROS, shape);
    String key = prefix + name;
    return () -> form.array(key);
  }

  /** See {@link Form#constant}. */
  public Array constant(String name, Function<NDManager, NDArray> maker) {
    return () -> form.constant(name, maker);
  }

  /** Supplies an array each time it is used, because training replaces the arrays of parameters. */
  @FunctionalInterface
  public interface Array {
    /** The array, which the caller does not own. */
    NDArray get();
  }

  /**
   * An embedding table.
   *
   * @param name the key without {@code .weight}, relative to the binder
   * @param part {@link Part#TOKEN_EMBEDDING} for the one with a row per token id
   * @param rows the number of rows
   * @param ids the row of each token of a batch (T)
   */
  public record Table(String name, Part part, int rows, Function<PackedBatch, long[]> ids) {

    /** The table with a row per token id. */
    public static Table ofTokens(String name, int rows) {
      return new Table(name, Part.TOKEN_EMBEDDING, rows, PackedBatch::tokenRows);
    }

    /** The table with a row per token type. */
    public static Table ofTypes(String name, int types) {
      return of(name, types, batch -> batch.typeIds(types));
    }

    /** Another table. */
    public static Table of(String name, int rows, Function<PackedBatch, long[]> ids) {
      return new Table(name, Part.ENCODER, rows, ids);
    }
  }

  /**
   * The network of these parts as a single call of native code.
   *
   * @return empty if they are called one by one
   */
  public Optional<OneCall> oneCall(
      Embeddings embeddings, PostNormStack layers, FirstTokenHead head) {
    return oneCall(embeddings, layers, head, batch -> Positions.NONE);
  }

  /**
   * The same for layers whose attention depends on positions.
   *
   * @param positions the positions of all tokens
   */
  public Optional<OneCall> oneCall(
      Embeddings embeddings,
      PostNormStack layers,
      FirstTokenHead head,
      Function<PackedBatch, Positions> positions) {
    inOneCall.set(heads);
    return form.network(embeddings, layers, head)
        .map(network -> new OneCall(network, embeddings, layers, positions));
  }

  /** See {@link Form#stack}. */
  Optional<PackedStack> stack(List<PostNormLayer> layers) {
    return form.stack(layers);
  }

  private LinearSpec noted(LinearSpec spec) {
    note(spec.weight(), spec.part(), spec.initial(), spec.out(), spec.in());
    if (spec.hasBias()) {
      note(spec.bias(), spec.part(), Initial.ZEROS, spec.out());
    }
    return spec.under(prefix);
  }

  private void note(String name, Part part, Initial initial, long... shape) {
    if (!heads && part.isHead()) {
      return;
    }
    String key = prefix + name;
    parameters.putIfAbsent(key, new ParameterSpec(key, new Shape(shape), part, initial));
  }
}
