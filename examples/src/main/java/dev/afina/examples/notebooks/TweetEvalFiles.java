package dev.afina.examples.notebooks;

import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.data.Labels;
import dev.afina.examples.cli.DataSource;
import dev.afina.examples.cli.DataSplits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files as TweetEval's makers publish them: train_text.txt with a tweet a line,
 * train_labels.txt with its number, mapping.txt with the name of each number.
 */
final class TweetEvalFiles {
  private static final Map<String, String> SPLITS =
      Map.of("train", "train", "validation", "val", "test", "test");

  private TweetEvalFiles() {}

  static boolean isIn(DataSource source) {
    return source.hasFile("train_text.txt");
  }

  static DataSplits read(DataSource source) throws IOException {
    Map<String, Dataset> splits = new LinkedHashMap<>();
    for (String split : List.of("train", "validation", "test")) {
      String prefix = SPLITS.get(split);
      splits.put(
          split, rows(source.file(prefix + "_text.txt"), source.file(prefix + "_labels.txt")));
    }
    List<String> names = new ArrayList<>();
    for (String line : lines(source.file("mapping.txt"))) {
      names.add(line.substring(line.indexOf('\t') + 1)); // "0<tab>anger"
    }
    String folder = source.path().map(Path::toString).orElseThrow();
    return DataSplits.of(folder, splits, Optional.of(Labels.of(names)));
  }

  private static Dataset rows(Path texts, Path labels) throws IOException {
    List<String> ofText = lines(texts);
    List<String> ofLabel = lines(labels);
    if (ofText.size() != ofLabel.size()) {
      throw new IOException(
          "%s has %s lines and %s has %s; expected as many"
              .formatted(texts, ofText.size(), labels.getFileName(), ofLabel.size()));
    }
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < ofText.size(); i++) {
      rows.add(Example.of(ofText.get(i).strip(), ofLabel.get(i).strip()));
    }
    return Dataset.of(rows);
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
  }
}
