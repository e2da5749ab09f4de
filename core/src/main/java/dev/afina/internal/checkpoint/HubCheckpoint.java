package dev.afina.internal.checkpoint;

import dev.afina.CheckpointException;
import dev.afina.hub.FileChoice;
import dev.afina.hub.HubClient;
import dev.afina.hub.LockFile;
import dev.afina.hub.ModelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A checkpoint of the Hub, fetched as far as it is needed: the configuration, one form of the
 * tokenizer, and one form of the weights.
 *
 * @param folder its snapshot in the cache, which may hold other files too
 * @param commit which commit that is
 * @param names the files that belong to the checkpoint
 */
record HubCheckpoint(Path folder, ModelReference commit, Set<String> names) {
  /** Fetches as much of a model as somebody needs. */
  interface Fetching {
    HubCheckpoint fetch(ModelReference model, HubClient hub) throws IOException;
  }

  /** Read where they are there. */
  private static final List<String> SETTINGS =
      List.of(
          "config.json",
          CheckpointFiles.OWN_CONFIG,
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json");

  /** The first that is there whole is enough. */
  private static final List<List<String>> TOKENIZERS =
      List.of(
          List.of("tokenizer.json"),
          List.of("sentencepiece.bpe.model"),
          List.of("spiece.model"),
          List.of("spm.model"),
          List.of("vocab.txt"),
          List.of("vocab.json", "merges.txt"));

  /** Read where there is an adapter and no whole model. */
  private static final List<String> ADAPTER_WEIGHTS =
      List.of(AdapterSource.WEIGHTS, AdapterSource.PICKLED_WEIGHTS);

  /** Read where there is no other form. */
  private static final String ONNX = "model.onnx";

  /**
   * Fetches a model. When all is in the cache, that costs one request for a branch or tag and none
   * for a commit; a commit that another program downloaded costs its listing, once.
   *
   * @throws CheckpointException when the repository has no weights that can be read
   * @throws IOException when the Hub has no such model, or cannot be reached and the cache has none
   */
  static HubCheckpoint fetch(ModelReference model, HubClient hub) throws IOException {
    Path folder = hub.snapshot(model, HubCheckpoint::wanted);
    ModelReference commit =
        new ModelReference(model.repositoryId(), folder.getFileName().toString());
    Set<String> names = new TreeSet<>(wanted(present(folder)));
    Optional<WeightsForm> form = WeightsForm.find(names::contains);
    if (form.isEmpty() && !names.contains(ONNX) && !names.contains(AdapterConfig.FILE)) {
      throw noWeights(model);
    }
    if (form.isPresent() && form.get().isSharded()) {
      Path index = folder.resolve(form.get().fileName());
      Set<String> shards =
          ShardedTensors.files(
              CheckpointLocation.SMALL_FILE.bytes(index), index.toString(), form.get().suffix());
      hub.snapshot(commit, only(shards));
      names.addAll(shards);
    }
    return new HubCheckpoint(folder, commit, names);
  }

  /**
   * Fetches what a tokenizer is opened with, and of an adapter what names its base.
   *
   * @throws CheckpointException when the repository has no tokenizer that can be read
   * @throws IOException when the Hub has no such model, or cannot be reached and the cache has none
   */
  static HubCheckpoint fetchTokenizer(ModelReference model, HubClient hub) throws IOException {
    Set<String> listed = new TreeSet<>();
    Path folder =
        hub.snapshot(
            model,
            paths -> {
              listed.addAll(paths);
              return wantedOfTokenizer(paths);
            });
    ModelReference commit =
        new ModelReference(model.repositoryId(), folder.getFileName().toString());
    Set<String> names = new TreeSet<>(wantedOfTokenizer(present(folder)));
    if (hasWholeModel(listed)) { // of which the cache may have no weights
      names.remove(AdapterConfig.FILE);
    }
    if (!names.contains(AdapterConfig.FILE) && TOKENIZERS.stream().noneMatch(names::containsAll)) {
      throw new CheckpointException(
          "Hub model \"%s\": no tokenizer; expected one of %s"
              .formatted(
                  model,
                  TOKENIZERS.stream()
                      .map(form -> String.join(" with ", form))
                      .collect(Collectors.joining(", "))));
    }
    return new HubCheckpoint(folder, commit, names);
  }

  /** Fetches the files of a lock and checks their hashes. */
  static HubCheckpoint fetch(LockFile lock, HubClient hub) throws IOException {
    Path folder = hub.snapshot(lock.model(), only(lock.files().keySet()));
    lock.verify(folder);
    return new HubCheckpoint(folder, lock.model(), lock.files().keySet());
  }

  private static Collection<String> wantedOfTokenizer(List<String> paths) {
    List<String> wanted = settingsAndTokenizer(paths);
    if (!hasWholeModel(paths)) {
      wanted.add(AdapterConfig.FILE);
    }
    wanted.retainAll(paths);
    return wanted;
  }

  /** Whether there are weights of a whole model, beside which an adapter does not count. */
  private static boolean hasWholeModel(Collection<String> paths) {
    return WeightsForm.find(paths::contains).isPresent() || paths.contains(ONNX);
  }

  private static List<String> settingsAndTokenizer(List<String> paths) {
    List<String> wanted = new ArrayList<>(SETTINGS);
    TOKENIZERS.stream().filter(paths::containsAll).findFirst().ifPresent(wanted::addAll);
    return wanted;
  }

  private static Collection<String> wanted(List<String> paths) {
    List<String> wanted = settingsAndTokenizer(paths);
    Optional<WeightsForm> form = WeightsForm.find(paths::contains);
    if (!hasWholeModel(paths) && paths.contains(AdapterConfig.FILE)) {
      wanted.add(AdapterConfig.FILE);
      ADAPTER_WEIGHTS.stream().filter(paths::contains).findFirst().ifPresent(wanted::add);
    } else {
      wanted.add(form.map(WeightsForm::fileName).orElse(ONNX));
    }
    wanted.retainAll(paths);
    return wanted;
  }

  private static FileChoice only(Set<String> names) {
    return paths -> paths.stream().filter(names::contains).toList();
  }

  private static List<String> present(Path folder) {
    List<String> names = new ArrayList<>(SETTINGS);
    TOKENIZERS.forEach(names::addAll);
    names.addAll(WeightsForm.fileNames());
    names.add(ONNX);
    names.add(AdapterConfig.FILE);
    names.addAll(ADAPTER_WEIGHTS);
    names.removeIf(name -> !Files.isRegularFile(folder.resolve(name)));
    return names;
  }

  private static CheckpointException noWeights(ModelReference model) {
    return new CheckpointException(
        "Hub model \""
            + model
            + "\": no weights; expected one of "
            + String.join(", ", WeightsForm.fileNames())
            + ", "
            + ONNX
            + " or "
            + AdapterConfig.FILE);
  }
}
