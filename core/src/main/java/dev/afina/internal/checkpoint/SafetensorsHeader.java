package dev.afina.internal.checkpoint;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.afina.CheckpointException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table of contents of a safetensors file: eight bytes with its length N (little-endian), then
 * N bytes of JSON that give each tensor's type, shape and place among the bytes behind.
 *
 * <p>The header is believed only when every rule of the format holds, because everything that is
 * read later relies on it: it starts with a brace and has at most 100,000,000 bytes, no name occurs
 * twice, each tensor has as many bytes as its type and shape need, and the tensors lie one behind
 * the other, without overlap and without hole, up to the end of the file. Format: <a
 * href="https://github.com/huggingface/safetensors#format">github.com/huggingface/safetensors</a>.
 *
 * @param tensors each tensor by name with its place in the file
 */
record SafetensorsHeader(SortedMap<String, Place> tensors) {
  static final int MAX_BYTES = 100_000_000;
  static final String METADATA = "__metadata__";

  /** Limits that no model comes near, because what a header describes takes memory. */
  private static final int MOST_TENSORS = 200_000;

  private static final int MOST_STRINGS = 10_000;
  private static final int MOST_FIELDS = 100;

  /** As many as PyTorch has. */
  private static final int MOST_DIMENSIONS = 64;

  SafetensorsHeader {
    tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
  }

  /** One tensor and the offset of its first byte in the file. */
  record Place(TensorInfo info, long position) {}

  static SafetensorsHeader read(Content content, String where) throws IOException {
    if (content.size() < Long.BYTES) {
      throw new CheckpointException(
          where
              + ": "
              + content.size()
              + " bytes, expected a safetensors file, which starts with the 8-byte length of its header");
    }
    long length = content.range(0, Long.BYTES).getLong();
    if (length < 0 || length > MAX_BYTES) {
      throw new CheckpointException(
          where
              + ": a header of "
              + Long.toUnsignedString(length)
              + " bytes, expected at most "
              + MAX_BYTES
              + "; not a safetensors file?");
    }
    if (length > content.size() - Long.BYTES) {
      throw new CheckpointException(
          where
              + ": a header of "
              + length
              + " bytes in a file of "
              + content.size()
              + "; the file is cut short or not safetensors");
    }
    ByteBuffer header = content.range(Long.BYTES, (int) length);
    byte[] json = new byte[(int) length];
    header.get(json);
    return new Parser(where, Long.BYTES + length, content.size()).parse(json);
  }

  /** Holds what every message and check needs while one header is read. */
  private static final class Parser {
    private final String where;
    private final long dataStart;
    private final long fileSize;
    private String tensor = "";

    Parser(String where, long dataStart, long fileSize) {
      this.where = where;
      this.dataStart = dataStart;
      this.fileSize = fileSize;
    }

    SafetensorsHeader parse(byte[] json) throws IOException {
      if (json.length == 0 || json[0] != '{') {
        throw new CheckpointException(
            where + ": the header does not start with \"{\"; not a safetensors file?");
      }
      List<Range> ranges;
      // The decoder reports broken UTF-8 instead of replacing it, which could make two names equal.
      try (JsonReader in =
          new JsonReader(
              new InputStreamReader(
                  new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder()))) {
        in.setStrictness(Strictness.STRICT);
        ranges = entries(in);
        if (in.peek() != JsonToken.END_DOCUMENT) {
          throw new CheckpointException(where + ": the header goes on behind its closing brace");
        }
      } catch (CheckpointException e) {
        throw e;
      } catch (IOException
          | IllegalStateException
          | NumberFormatException e) { // the reader's three ways to say "malformed"
        throw new CheckpointException(
            where
                + ": the header is not the JSON that safetensors prescribes"
                + (tensor.isEmpty() ? "" : " at tensor \"" + tensor + "\"")
                + " ("
                + JsonFile.reason(e)
                + ")",
            e);
      }
      requireContiguous(ranges);
      SortedMap<String, Place> places = new TreeMap<>();
      for (Range range : ranges) {
        places.put(range.info.name(), new Place(range.info, dataStart + range.begin));
      }
      return new SafetensorsHeader(places);
    }

    private List<Range> entries(JsonReader in) throws IOException {
      List<Range> ranges = new ArrayList<>();
      Set<String> names = new HashSet<>();
      in.beginObject();
      while (in.hasNext()) {
        tensor = in.nextName();
        if (!names.add(tensor)) {
          throw problem("occurs twice in the header");
        }
        requireAtMost(MOST_TENSORS, names.size(), "tensors");
        if (tensor.equals(METADATA)) {
          metadata(in);
        } else {
          ranges.add(entry(in));
        }
      }
      in.endObject();
      tensor = "";
      return ranges;
    }

    private void metadata(JsonReader in) throws IOException {
      Set<String> keys = new HashSet<>();
      in.beginObject();
      while (in.hasNext()) {
        String key = in.nextName();
        if (!keys.add(key)) {
          throw new CheckpointException(where + ": " + METADATA + " holds \"" + key + "\" twice");
        }
        requireAtMost(MOST_STRINGS, keys.size(), "strings in " + METADATA);
        if (in.peek() != JsonToken.STRING) {
          throw new CheckpointException(
              where
                  + ": "
                  + METADATA
                  + " holds a "
                  + in.peek()
                  + " under \""
                  + key
                  + "\", expected strings only");
        }
        in.skipValue();
      }
      in.endObject();
    }

    private Range entry(JsonReader in) throws IOException {
      String dtype = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      Set<String> fields = new TreeSet<>(); // shown in a message
      in.beginObject();
      while (in.hasNext()) {
        String field = in.nextName();
        if (!fields.add(field)) {
          throw problem("holds \"" + field + "\" twice");
        }
        requireAtMost(MOST_FIELDS, fields.size(), "members of a tensor");
        switch (field) {
          case "dtype" -> dtype = text(in, JsonToken.STRING, "dtype is");
          case "shape" -> shape = integers(in, field);
          case "data_offsets" -> offsets = integers(in, field);
          default -> in.skipValue(); // the format's own readers skip what they do not know
        }
      }
      in.endObject();
      if (dtype == null || shape == null || offsets == null) {
        throw problem("holds " + fields + ", expected dtype, shape and data_offsets");
      }
      return range(info(dtype, shape), offsets);
    }

    private List<Long> integers(JsonReader in, String field) throws IOException {
      List<Long> values = new ArrayList<>();
      in.beginArray();
      while (in.hasNext()) {
        String text = text(in, JsonToken.NUMBER, field + " holds");
        if (!text.chars().allMatch(c -> c >= '0' && c <= '9')) {
          throw problem(field + " holds " + text + ", expected integers of 0 or more");
        }
        values.add(Long.parseLong(text)); // NumberFormatException past 2^63 - 1
        requireAtMost(MOST_DIMENSIONS, values.size(), "numbers in " + field);
      }
      in.endArray();
      return values;
    }

    private void requireAtMost(int most, int count, String what) throws CheckpointException {
      if (count > most) {
        throw new CheckpointException(
            where
                + ": more than "
                + most
                + " "
                + what
                + " in the header, expected a model's weights");
      }
    }

    private TensorInfo info(String dtype, List<Long> shape) throws CheckpointException {
      @Nullable DType known =
          Arrays.stream(DType.values())
              .filter(d -> d.name().equals(dtype))
              .findFirst()
              .orElse(null);
      if (known == null) {
        throw problem(
            "dtype \""
                + dtype
                + "\" is not supported; expected one of "
                + Arrays.stream(DType.values()).map(DType::name).collect(Collectors.joining(", ")));
      }
      try {
        return new TensorInfo(tensor, known, shape);
      } catch (IllegalArgumentException e) {
        throw new CheckpointException(where + ": tensor \"" + tensor + "\": " + e.getMessage(), e);
      }
    }

    private Range range(TensorInfo info, List<Long> offsets) throws CheckpointException {
      if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
        throw problem("data_offsets " + offsets + ", expected [begin, end] with begin <= end");
      }
      long begin = offsets.get(0);
      long end = offsets.get(1);
      if (end > fileSize - dataStart) {
        throw problem(
            "data_offsets "
                + offsets
                + ", but the file holds only "
                + (fileSize - dataStart)
                + " bytes of tensors; it is cut short or its header lies");
      }
      if (end - begin != info.byteCount()) {
        throw problem(
            "data_offsets "
                + offsets
                + " are "
                + (end - begin)
                + " bytes, but shape "
                + info.shape()
                + " of "
                + info.dtype()
                + " needs "
                + info.byteCount());
      }
      return new Range(info, begin, end);
    }

    /**
     * With all sizes right, one pass in the order of the bytes finds every overlap and every hole.
     */
    private void requireContiguous(List<Range> ranges) throws CheckpointException {
      ranges.sort(Comparator.comparingLong((Range r) -> r.begin).thenComparingLong(r -> r.end));
      long end = 0;
      for (Range range : ranges) {
        if (range.begin != end) {
          tensor = range.info.name();
          throw problem(
              "starts at byte "
                  + range.begin
                  + " of the tensors, but the one before ends at "
                  + end
                  + (range.begin < end ? ": an overlap" : ": a hole"));
        }
        end = range.end;
      }
      if (end != fileSize - dataStart) {
        throw new CheckpointException(
            where
                + ": the header describes "
                + end
                + " bytes of tensors, the file holds "
                + (fileSize - dataStart));
      }
    }

    private String text(JsonReader in, JsonToken expected, String where) throws IOException {
      if (in.peek()
          != expected) { // nextString() would take a number as well, and nextLong() a string
        throw problem(where + " a " + in.peek() + ", expected a " + expected);
      }
      return in.nextString();
    }

    private CheckpointException problem(String what) {
      return new CheckpointException(where + ": tensor \"" + tensor + "\": " + what);
    }

    private record Range(TensorInfo info, long begin, long end) {}
  }
}
