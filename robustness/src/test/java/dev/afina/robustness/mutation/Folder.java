package dev.afina.robustness.mutation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A target put together of its files, how they are mutated, and what uses them. */
final class Folder implements Target {
  private final String name;
  private final Map<String, Entry> files;
  private final List<Mutable> mutables = new ArrayList<>();
  private final List<String> alsoInMessages = new ArrayList<>();
  private final Use use;
  private int share = 1;
  private boolean rearranged;

  /** What a user does with a folder; see {@link Target#use}. */
  interface Use {
    String of(Path folder, Path scratch) throws IOException;
  }

  Folder(String name, Map<String, Entry> files, Use use) {
    this.name = name;
    this.files = new TreeMap<>(files);
    this.use = use;
  }

  /** Mutates a file so, too. */
  Folder mutate(String path, Mutator... mutators) {
    for (Mutator mutator : mutators) {
      mutables.add(new Mutable(path, mutator));
    }
    return this;
  }

  /** Also leaves files out, empties them, and so on. */
  Folder rearrange() {
    rearranged = true;
    return this;
  }

  Folder share(int parts) {
    share = parts;
    return this;
  }

  /** Names that a message may hold in place of the mutated file's. */
  Folder alsoNamed(String... names) {
    alsoInMessages.addAll(List.of(names));
    return this;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Map<String, Entry> files() {
    return Map.copyOf(files);
  }

  @Override
  public List<Mutable> mutables() {
    return List.copyOf(mutables);
  }

  @Override
  public boolean isRearranged() {
    return rearranged;
  }

  @Override
  public int share() {
    return share;
  }

  @Override
  public String use(Path folder, Path scratch) throws IOException {
    return use.of(folder, scratch);
  }

  @Override
  public List<String> namesInMessages(String path) {
    List<String> names = new ArrayList<>(alsoInMessages);
    names.add(path.substring(path.lastIndexOf('/') + 1));
    return names;
  }
}
