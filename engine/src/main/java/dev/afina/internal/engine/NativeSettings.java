package dev.afina.internal.engine;

import com.sun.jna.Function;
import com.sun.jna.NativeLong;
import dev.afina.internal.natives.LoadFailure;
import java.math.BigInteger;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings of the C libraries that PyTorch uses, made before they are loaded. On Linux with glibc
 * only; {@code -Dafina.nativeSettings=false} turns them off.
 *
 * <p><b>Memory.</b> By default glibc returns every block over 32 MiB to the system when it is
 * freed, and the next step of training page-faults it in again, zeroed by the kernel. Keeping the
 * blocks makes GELU on 50 MB five times faster (2.8 to 0.55 ns an element) and an optimizer step
 * four times (both measured on 2 cores, glibc 2.36). The price is that the process keeps what it
 * freed, until a large model or a training is closed: then {@link #trim} returns it.
 *
 * <p><b>Waiting.</b> Where a lone task has all cores, OpenMP's threads wait for each other after
 * every operator, and by default spin as long as it takes. On a machine that is busy with other
 * work the one then spins while the other is not even running: with 30,000 spins a text of MiniLM's
 * took 57 ms on two cores of which another program kept one busy, and 12 with {@value #SPINS}
 * (means; {@link CoresIfAlone} makes that 8.5). Sleeping too early costs a wake-up an operator: on
 * an idle machine the same text took 6.1 ms with 500 spins where it took 4.6 with 30,000. With
 * {@value #SPINS} it took 5.1 where it took 5.0 with 30,000, whose slowest hundredth took 22 ms in
 * place of 16. A program that has set OMP_WAIT_POLICY or GOMP_SPINCOUNT keeps its choice.
 *
 * <p><b>Caches.</b> oneDNN makes code for each shape of a product and keeps it: 1,024 shapes by
 * default, and PyTorch keeps 1,024 results of its own beside them. Texts of ever new lengths fill
 * both: after 20,000 texts from 32 threads a tiny model's process held 529 MB and still grew, and
 * 366 with {@value #RESULTS} of PyTorch's and {@value #ONEDNN_SHAPES} of oneDNN's. The layers of
 * one text share a handful of shapes, so a few of PyTorch's results serve all layers but the first.
 * A text of 1 to 60 words took MiniLM's size 10.7 ms of CPU time with 1,024 of each, 10.9 with 64
 * and 11.0 with 1 of PyTorch's beside {@value #ONEDNN_SHAPES} (medians of 5, which scatter by 8 %),
 * and with {@value #RESULTS}, in one more run, as long as with 1,024; without oneDNN's a tiny model
 * took four times as long. A program that has set LRU_CACHE_CAPACITY or
 * ONEDNN_PRIMITIVE_CACHE_CAPACITY keeps its choice, unless PyTorch would read the first as 0: then
 * it takes a result out of an empty cache, which ends the process.
 *
 * <p><b>Numbers.</b> oneDNN reads from the environment whether it may round the inputs of float32
 * products to 16 bits, and images for some processors have it so. Here a model's precision is
 * chosen by name, so that variable is not followed.
 */
final class NativeSettings {
  private static final Logger log = LoggerFactory.getLogger(NativeSettings.class);

  // malloc.h
  private static final int M_TRIM_THRESHOLD = -1;
  private static final int M_MMAP_THRESHOLD = -3;

  private static final String SPINS = "4000";
  private static final String RESULTS_KEPT = "LRU_CACHE_CAPACITY";
  private static final String RESULTS = "16";
  private static final String ONEDNN_SHAPES = "512";

  /** As C reads it: what follows does not matter. */
  private static final Pattern NUMBER = Pattern.compile("\\s*([-+]?[0-9]+)");

  /** What oneDNN may do to float32 numbers. It looks for the first of these, then for the other. */
  private static final List<String> ROUNDING =
      List.of("ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE");

  private static final String NOT_ROUNDED = "STRICT";

  /** Null if the settings of glibc were not changed. */
  private static volatile @Nullable Function trimming;

  private NativeSettings() {}

  /**
   * Makes them.
   *
   * @throws IllegalStateException where they are not made and a variable would end the process
   */
  static void apply() {
    boolean wanted = !"false".equals(System.getProperty("afina.nativeSettings"));
    if (!wanted || !System.getProperty("os.name").startsWith("Linux")) {
      checkEnvironment();
      return;
    }
    try {
      Function mallopt = Function.getFunction("c", "mallopt");
      mallopt.invokeInt(new Object[] {M_MMAP_THRESHOLD, 1 << 30});
      mallopt.invokeInt(new Object[] {M_TRIM_THRESHOLD, Integer.MAX_VALUE});
      trimming = Function.getFunction("c", "malloc_trim");
      Function setenv = Function.getFunction("c", "setenv");
      if (System.getenv("OMP_WAIT_POLICY") == null) {
        set(setenv, "GOMP_SPINCOUNT", SPINS, false);
      }
      set(setenv, RESULTS_KEPT, RESULTS, endsTheProcess(System.getenv(RESULTS_KEPT)));
      set(setenv, "ONEDNN_PRIMITIVE_CACHE_CAPACITY", ONEDNN_SHAPES, false);
      String rounding = rounding();
      if (rounding != null) {
        set(setenv, ROUNDING.get(0), NOT_ROUNDED, true);
        log.warn(
            "{} is not followed: products of float32 numbers stay float32; for bfloat16 choose"
                + " Precision.BFLOAT16",
            rounding);
      }
    } catch (LinkageError | RuntimeException e) {
      // No mallopt here, no JNA, or a JVM that allows no native access: all of it is optional.
      log.warn(
          "the C library's settings stay as they are, which is slower: {};"
              + " -Dafina.nativeSettings=false asks for that",
          LoadFailure.explain(e));
      log.debug("why the C library's settings stay as they are", e);
      checkEnvironment();
    }
  }

  /** Sets a variable of the environment. */
  private static void set(Function setenv, String name, String value, boolean replace) {
    setenv.invokeInt(new Object[] {name, value, replace ? 1 : 0});
  }

  /** What the variables do that somebody else has set, where they stay as they are. */
  private static void checkEnvironment() {
    String results = System.getenv(RESULTS_KEPT);
    if (endsTheProcess(results)) {
      throw new IllegalStateException(
          "PyTorch cannot be loaded: with "
              + RESULTS_KEPT
              + "=\""
              + results
              + "\" in the environment it would end the process; expected a number of 1 or more, or"
              + " no such variable");
    }
    String rounding = rounding();
    if (rounding != null) {
      // Comparing packed with plain products shows it, except where both are rounded.
      log.warn("{} may round the inputs of float32 products, and change results", rounding);
    }
  }

  /**
   * Whether PyTorch reads this as a cache for no result, as it does text. It takes the lower 32
   * bits of what C's {@code strtol} reads.
   */
  static boolean endsTheProcess(@Nullable String results) {
    if (results == null) {
      return false;
    }
    Matcher number = NUMBER.matcher(results);
    if (!number.lookingAt()) {
      return true;
    }
    BigInteger read = new BigInteger(number.group(1));
    boolean isLong = read.bitLength() < Long.SIZE; // else strtol gives the greatest or the least
    return isLong ? read.intValue() == 0 : read.signum() < 0;
  }

  /** The variable that lets oneDNN round float32 numbers, with its value; null if none does. */
  private static @Nullable String rounding() {
    for (String name : ROUNDING) {
      String value = System.getenv(name);
      if (value != null && !value.isEmpty()) {
        return value.equalsIgnoreCase(NOT_ROUNDED) ? null : name + "=" + value;
      }
    }
    return null;
  }

  /** Returns the free memory that glibc keeps because of these settings, if they were made. */
  static void trim() {
    Function known = trimming;
    if (known != null) {
      known.invokeInt(new Object[] {new NativeLong(0)}); // bytes to keep at the top of the heap
    }
  }
}
