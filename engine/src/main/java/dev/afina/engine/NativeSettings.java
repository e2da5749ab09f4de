package dev.afina.engine;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings of the C libraries under PyTorch, made before they load. Linux with glibc only; {@code
 * -Dafina.nativeSettings=false} leaves all as it is.
 *
 * <p><b>Memory.</b> By default glibc returns every block over 32 MiB to the system when it is
 * freed, and the next step of training page-faults it in again, zeroed by the kernel. Keeping the
 * blocks makes GELU on 50 MB five times faster (2.8 to 0.55 ns an element) and an optimizer step
 * four times (both measured on 2 cores, glibc 2.36). The price is that the process keeps its peak
 * memory.
 *
 * <p><b>Waiting.</b> OpenMP's threads spin while they wait for each other, up to a millisecond. On
 * a machine that is busy with other work the one spins while the other is not even running:
 * fine-tuning MiniLM on 2 cores beside a load of 8 fell to 4 texts/s, and made 36 with threads that
 * sleep at once. On an idle machine sleeping at once costs a quarter (66 to 75 texts/s against 71
 * to 97); spinning {@value #SPINS} times before sleeping keeps that (84 to 93). A program that has
 * set OMP_WAIT_POLICY or GOMP_SPINCOUNT keeps its choice.
 */
final class NativeSettings {
  private static final Logger log = LoggerFactory.getLogger(NativeSettings.class);

  // malloc.h
  private static final int M_TRIM_THRESHOLD = -1;
  private static final int M_MMAP_THRESHOLD = -3;

  private static final String SPINS = "30000";

  private NativeSettings() {}

  static void apply() {
    boolean wanted = !"false".equals(System.getProperty("afina.nativeSettings"));
    if (!wanted || !Platform.isLinux()) {
      return;
    }
    try {
      Function mallopt = Function.getFunction("c", "mallopt");
      mallopt.invokeInt(new Object[] {M_MMAP_THRESHOLD, 1 << 30});
      mallopt.invokeInt(new Object[] {M_TRIM_THRESHOLD, Integer.MAX_VALUE});
      if (System.getenv("OMP_WAIT_POLICY") == null) {
        Function setenv = Function.getFunction("c", "setenv");
        setenv.invokeInt(new Object[] {"GOMP_SPINCOUNT", SPINS, 0});
      }
    } catch (UnsatisfiedLinkError e) {
      log.debug("this C library has no mallopt; its settings stay as they are", e);
    }
  }
}
