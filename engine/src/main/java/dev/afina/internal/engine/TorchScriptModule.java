package dev.afina.internal.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway to kernels of PyTorch that DJL does not bind: functions as TorchScript text.
 *
 * <p>DJL offers about 230 natives; PyTorch has some 2,500. TorchScript reaches all of them without
 * native code of our own. It is in maintenance upstream, so each user tests itself before it is
 * used and is optional: where {@link #open} gives nothing, callers take the plain path.
 */
final class TorchScriptModule {
  private static final Logger log = LoggerFactory.getLogger(TorchScriptModule.class);

  private static final String HEAD =
      """
      class Ops(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self: __torch__.Ops, x: Tensor) -> Tensor:
          return x
      """;

  private final PtSymbolBlock module;
  private final NDManager manager;
  private final Set<String> called = ConcurrentHashMap.newKeySet();

  private TorchScriptModule(PtSymbolBlock module, NDManager manager) {
    this.module = module;
    this.manager = manager;
  }

  /**
   * Compiles functions and passes the module to {@code user}.
   *
   * @param what they are, for the log
   * @param functions in the dialect that TorchScript prints: typed self, every argument named in
   *     full
   * @param user makes the user of the module and tests it; throws where it does not compute rightly
   * @return empty where this build of PyTorch does not run them correctly or {@code
   *     -Dafina.fusedOps=false} was given
   */
  static <T> Optional<T> open(String what, String functions, Function<TorchScriptModule, T> user) {
    return openFirst(what, List.of(functions), user);
  }

  /**
   * The same for the first of several texts that this machine computes rightly.
   *
   * @param alternatives the fastest first
   */
  // The natives report failure by many exception types; any of them means "not here".
  @SuppressWarnings("PMD.AvoidCatchingGenericException")
  static <T> Optional<T> openFirst(
      String what, List<String> alternatives, Function<TorchScriptModule, T> user) {
    if ("false".equals(System.getProperty("afina.fusedOps"))) {
      return Optional.empty();
    }
    String reason = "";
    for (String functions : alternatives) {
      // The module lives as long as the process.
      NDManager manager = PyTorch.newManager();
      try {
        byte[] archive = TorchScriptArchive.write("Ops", HEAD + functions.indent(2));
        PtSymbolBlock block =
            JniUtils.loadModule(
                (PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
        return Optional.of(user.apply(new TorchScriptModule(block, manager)));
      } catch (IOException | RuntimeException e) {
        reason = reason(e);
        log.debug("why {} are not usable", what, e);
        manager.close();
      }
    }
    log.warn("{} are not usable here: {}; the plain path serves, slower", what, reason);
    return Optional.empty();
  }

  /** What went wrong, in a line: TorchScript's own messages quote the code. */
  static String reason(Exception e) {
    String message = String.valueOf(e.getMessage());
    List<String> lines = message.lines().filter(line -> !line.isBlank()).toList();
    return lines.size() < 2 ? message : lines.get(0) + " … " + lines.get(lines.size() - 1);
  }

  /**
   * Calls a function without recording; the caller closes the result.
   *
   * <p>The first call of a function compiles it, with the functions that it calls put in their
   * place where optimizing is on: each call from one to another takes microseconds. Only the first:
   * then PyTorch also looks which shapes there are.
   */
  IValue call(String function, IValue... arguments) {
    boolean first = called.add(function);
    JniUtils.setGraphExecutorOptimize(first);
    try {
      return IValueUtils.runMethod(module, function, arguments);
    } finally {
      if (first) {
        optimizeNothing();
      }
    }
  }

  /**
   * The same for a function that is called once or twice, and not worth its compiling: that takes
   * milliseconds.
   */
  IValue callSeldom(String function, IValue... arguments) {
    optimizeNothing();
    return IValueUtils.runMethod(module, function, arguments);
  }

  /** A function of arrays that is recorded where the thread records. */
  final class Recorded {
    private final NDArray marker;

    private Recorded(String function) {
      // DJL's way to choose a function: an array that is no argument but has its name.
      this.marker = manager.create(0f);
      marker.setName("module_method:" + function);
    }

    /** The result, in the first argument's manager. */
    NDArray call(NDArray... arguments) {
      optimizeNothing();
      NDList inputs = new NDList(arguments.length + 1);
      for (NDArray argument : arguments) {
        inputs.add(argument);
      }
      inputs.add(marker);
      return IValueUtils.forward(module, inputs, true).singletonOrThrow();
    }
  }

  /** A function of arrays, to be called often. */
  Recorded recorded(String function) {
    return new Recorded(function);
  }

  static IValue listOf(List<NDArray> arrays) {
    return IValue.listFrom(arrays.stream().map(a -> (PtNDArray) a).toArray(PtNDArray[]::new));
  }

  static IValue valueOf(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  static void require(boolean holds, String kernel) {
    if (!holds) {
      throw new IllegalStateException("self-test of the kernel \"" + kernel + "\" failed");
    }
  }

  // Per thread; else TorchScript specialises the code again for every new shape.
  private static void optimizeNothing() {
    JniUtils.setGraphExecutorOptimize(false);
  }
}
