package dev.afina.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;

/**
 * Times and timestamps as ISO text, as Python's {@code isoformat()} writes them: {@code 12:30:00},
 * {@code 2024-02-29T12:30:00.500000}, with {@code +00:00} at the end if the file says that they are
 * UTC. No digits of a fraction if it is 0, else six, or nine if there are nanoseconds.
 */
final class Moments {
  private static final DateTimeFormatter SECONDS = pattern("HH:mm:ss");
  private static final DateTimeFormatter MICROS = pattern("HH:mm:ss.SSSSSS");
  private static final DateTimeFormatter NANOS = pattern("HH:mm:ss.SSSSSSSSS");

  /** The Julian day of 1970-01-01, of which INT96 counts days. */
  private static final long EPOCH = 2_440_588;

  private static final int INT96_BYTES = 12;

  private static final long DAY = TimeUnit.DAYS.toNanos(1);

  private Moments() {}

  private static DateTimeFormatter pattern(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
  }

  /**
   * A time of day.
   *
   * @throws BadValue if it is not within a day
   */
  static String time(long stored, LogicalTypeAnnotation.TimeUnit unit) throws IOException {
    TimeUnit java = java(unit);
    if (stored < 0 || stored >= java.convert(1, TimeUnit.DAYS)) {
      throw outside(stored, java);
    }
    return time(LocalTime.ofNanoOfDay(java.toNanos(stored)));
  }

  /**
   * A timestamp.
   *
   * @param utc whether it is UTC; otherwise it is in a zone that the file does not tell
   */
  static String timestamp(long stored, LogicalTypeAnnotation.TimeUnit unit, boolean utc) {
    TimeUnit java = java(unit);
    long second = java.convert(1, TimeUnit.SECONDS);
    LocalDateTime moment =
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(stored, second),
            (int) java.toNanos(Math.floorMod(stored, second)),
            ZoneOffset.UTC);
    return timestamp(moment) + (utc ? "+00:00" : "");
  }

  /**
   * A timestamp as Impala and older Spark write them: nanoseconds of the day, then its number.
   *
   * @throws BadValue if the nanoseconds are not within a day
   */
  static String ofInt96(Binary stored) throws IOException {
    if (stored.length() != INT96_BYTES) {
      throw new BadValue("has an INT96 of " + stored.length() + " bytes; correct the file");
    }
    ByteBuffer bytes = stored.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long nanos = bytes.getLong();
    long day = Integer.toUnsignedLong(bytes.getInt()) - EPOCH;
    if (nanos < 0 || nanos >= DAY) {
      throw outside(nanos, TimeUnit.NANOSECONDS);
    }
    return timestamp(LocalDate.ofEpochDay(day).atTime(LocalTime.ofNanoOfDay(nanos)));
  }

  private static String timestamp(LocalDateTime moment) {
    return moment.toLocalDate() + "T" + time(moment.toLocalTime());
  }

  private static String time(LocalTime time) {
    int nanos = time.get(ChronoField.NANO_OF_SECOND);
    return time.format(nanos == 0 ? SECONDS : nanos % 1000 == 0 ? MICROS : NANOS);
  }

  private static BadValue outside(long stored, TimeUnit unit) {
    return new BadValue(
        "has the time of day %s %s, expected less than a day; correct the file, or read other columns"
            .formatted(stored, unit.name().toLowerCase(Locale.ROOT)));
  }

  private static TimeUnit java(LogicalTypeAnnotation.TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> TimeUnit.MILLISECONDS;
      case MICROS -> TimeUnit.MICROSECONDS;
      case NANOS -> TimeUnit.NANOSECONDS;
    };
  }
}
