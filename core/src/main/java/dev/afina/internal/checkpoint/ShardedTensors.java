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
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tensors of several files that belong together by an index: {@code {"metadata": …,
 * "weight_map": {tensor: file}}}. The files are all safetensors or all of torch.save.
 *
 * <p>Tensors that lie in one of the files without being in the index are there as well, as
 * transformers has it.
 */
final class ShardedTensors implements TensorSource {
  private final String where;
  private final List<TensorSource> shards;
  private final Map<String, TensorSource> shardOf = new HashMap<>();
  private final SortedMap<String, TensorInfo> tensors = new TreeMap<>();

  private ShardedTensors(String where, List<TensorSource> shards) throws CheckpointException {
    this.where = where;
    this.shards = shards;
    for (TensorSource shard : shards) {
      for (TensorInfo info : shard.tensors().values()) {
        TensorSource other = shardOf.putIfAbsent(info.name(), shard);
        if (other != null) {
          throw new CheckpointException(
              where
                  + ": tensor \""
                  + info.name()
                  + "\": in two files, "
                  + other.description()
                  + " and "
                  + shard.description());
        }
        tensors.put(info.name(), info);
      }
    }
  }

  /** Opens one file by its name. */
  interface ShardOpener {
    TensorSource open(String fileName) throws IOException;
  }

  /**
   * Opens all files of an index.
   *
   * @param index the index file's content
   * @param where the index file, for messages
   * @param suffix how the names of the files have to end
   * @param opener opens a file that lies beside the index
   */
  static TensorSource open(byte[] index, String where, String suffix, ShardOpener opener)
      throws IOException {
    SortedMap<String, String> fileOf = weightMap(index, where, suffix);
    Map<String, TensorSource> opened = new TreeMap<>();
    try {
      for (String file : new TreeSet<>(fileOf.values())) {
        opened.put(file, opener.open(file));
      }
      for (Map.Entry<String, String> entry : fileOf.entrySet()) {
        TensorSource shard = opened.get(entry.getValue());
        if (shard == null || !shard.tensors().containsKey(entry.getKey())) {
          throw new CheckpointException(
              where
                  + ": tensor \""
                  + entry.getKey()
                  + "\": not in "
                  + entry.getValue()
                  + ", where the index has it");
        }
      }
      return new ShardedTensors(where, List.copyOf(opened.values()));
    } catch (IOException | RuntimeException e) {
      for (TensorSource shard : opened.values()) {
        try {
          shard.close();
        } catch (IOException second) {
          e.addSuppressed(second);
        }
      }
      throw e;
    }
  }

  /** The names of the files that an index names; plain names, all of them. */
  static Set<String> files(byte[] index, String where, String suffix) throws CheckpointException {
    return new TreeSet<>(weightMap(index, where, suffix).values());
  }

  private static SortedMap<String, String> weightMap(byte[] index, String where, String suffix)
      throws CheckpointException {
    SortedMap<String, String> fileOf = new TreeMap<>();
    boolean found = false;
    try (JsonReader in =
        new JsonReader(
            new InputStreamReader(
                new ByteArrayInputStream(index), StandardCharsets.UTF_8.newDecoder()))) {
      in.setStrictness(Strictness.STRICT);
      in.beginObject();
      while (in.hasNext()) {
        if (!in.nextName().equals("weight_map")) {
          in.skipValue();
          continue;
        }
        found = true;
        in.beginObject();
        while (in.hasNext()) {
          String tensor = in.nextName();
          if (in.peek() != JsonToken.STRING) {
            throw new CheckpointException(
                where
                    + ": tensor \""
                    + tensor
                    + "\": a "
                    + in.peek()
                    + ", expected the name of a file");
          }
          String file = in.nextString();
          requirePlainName(file, suffix, tensor, where);
          if (fileOf.put(tensor, file) != null) {
            throw new CheckpointException(
                where + ": tensor \"" + tensor + "\": twice in the index");
          }
        }
        in.endObject();
      }
      in.endObject();
      if (in.peek() != JsonToken.END_DOCUMENT) {
        throw new CheckpointException(where + ": goes on behind its closing brace");
      }
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException | IllegalStateException e) {
      throw new CheckpointException(
          where + ": not the JSON of an index of weights (" + JsonFile.reason(e) + ")", e);
    }
    if (!found) {
      throw new CheckpointException(
          where + ": no \"weight_map\" in it, expected {\"weight_map\": {tensor: file}}");
    }
    return fileOf;
  }

  /** An index may name files beside it, and nothing else on this machine. */
  private static void requirePlainName(String file, String suffix, String tensor, String where)
      throws CheckpointException {
    if (!file.endsWith(suffix)
        || file.startsWith(".")
        || file.chars().anyMatch(c -> c == '/' || c == '\\' || c == ':' || c == 0)) {
      throw new CheckpointException(
          where
              + ": tensor \""
              + tensor
              + "\": in file \""
              + file
              + "\", expected the name of a "
              + suffix
              + " file beside the index");
    }
  }

  @Override
  public String description() {
    return where;
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  @Override
  public ByteBuffer floats(String name) throws IOException {
    return shardOf(name).floats(name);
  }

  @Override
  public void read(String name, ByteBuffer target) throws IOException {
    shardOf(name).read(name, target);
  }

  private TensorSource shardOf(String name) {
    TensorSource shard = shardOf.get(name);
    if (shard == null) {
      throw new IllegalArgumentException(where + ": no tensor \"" + name + "\"");
    }
    return shard;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (TensorSource shard : new ArrayList<>(shards)) {
      try {
        shard.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
