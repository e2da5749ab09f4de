package dev.afina.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The options of the programs that were made after notebooks. */
public final class NotebookOptions {
  /** From Maven Central, so that it is there without the Hub. */
  private static final String MINILM = "classpath:all-minilm-l6-v2.onnx";

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  private CommandSpec command;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      description =
          "A folder, a file, or a data set of the Hugging Face Hub: owner/name, or with a"
              + " configuration owner/name:configuration. Default: what is shipped, see below")
  private @Nullable String data;

  @Option(
      names = "--checkpoint",
      paramLabel = "REFERENCE",
      description =
          "The pretrained model: a folder, classpath:RESOURCE, or a model of the Hugging Face Hub"
              + " (owner/name). Default: MiniLM from Maven Central, which needs no Hub")
  private String checkpoint = MINILM;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description =
          "Where the model goes, its checkpoints in a folder beside it; what is there of an earlier run"
              + " is replaced. Default: afina- and the program's name")
  private @Nullable Path output;

  @Option(
      names = "--full",
      description =
          "The notebook's own sizes, for hours or a machine with many cores. Default: a slice in"
              + " two minutes or so")
  private boolean full;

  @Option(
      names = "--json",
      description =
          "Print the figures as one JSON object in the last line; all else goes to standard error.")
  private boolean json;

  /** For picocli, which shows and keeps it. */
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final CommonOptions common = new CommonOptions();

  /** The source of the rows; empty where the shipped ones are wanted. */
  public Optional<DataSource> data() throws IOException {
    return data == null ? Optional.empty() : Optional.of(DataSource.named(data));
  }

  public String checkpoint() {
    return checkpoint;
  }

  public Path output() {
    return output == null ? Path.of("afina-" + command.name()) : output;
  }

  /** Whether the notebook's own sizes are wanted. */
  public boolean full() {
    return full;
  }

  public boolean json() {
    return json;
  }

  /** The name of the program. */
  public String program() {
    return command.name();
  }

  /** Those of these options that stand on the command line, in this order. */
  public List<String> given(String... names) {
    ParseResult parsed = command.commandLine().getParseResult();
    return Stream.of(names).filter(parsed::hasMatchedOption).toList();
  }

  /** What an option's value is answered with when it cannot be. */
  public ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
