package dev.afina.internal.model.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Drops nothing, and keeps a list of what it was asked to drop. */
public final class RecordingDropout extends Dropout {
  private final List<Site> sites = new ArrayList<>();

  /**
   * One call.
   *
   * @param rate by the configuration
   * @param numbers that may be dropped
   */
  public record Site(double rate, long numbers) {}

  /** Keeps the rates of the configuration. */
  public RecordingDropout() {
    super(0, OptionalDouble.empty());
  }

  /** The calls so far, in their order. */
  public List<Site> sites() {
    return List.copyOf(sites);
  }

  @Override
  NDArray mask(NDManager manager, Shape shape, double rate) {
    sites.add(new Site(rate, shape.size()));
    return manager.ones(shape);
  }
}
