package dev.afina.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afina.examples.cli.Console;
import dev.afina.examples.cli.Shutdown;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
  @TempDir Path folder;

  @Test
  void help_listsTheCommands() {
    Run run = Run.of("--help");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("intents", "train", "predict", "Exit codes");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void outputThatIsLost_isAFailure() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(full, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            new Shutdown(),
            Map.of());

    assertThat(Main.run(console, "--help")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "afina-examples: standard output: closed or full before all was written; what it should say is lost\n");
  }

  @ParameterizedTest
  @CsvSource({
    "intents, --full --epochs --batch-size --learning-rate --seed --output --json",
    "train, --checkpoint --train --validation --test --text --pair --label --labels --no-header"
        + " --delimiter --quoting --charset --json-rows --output --epochs --max-steps --batch-size --accumulation-steps"
        + " --learning-rate --warmup --weight-decay --dropout --max-gradient-norm --max-tokens"
        + " --seed --keep-best --validation-share --replace-head --json --task --label-columns --label-separator"
        + " --value-columns --class-weights --positive-weights --label-smoothing --focal --loss --positive --folds"
        + " --card --language --license",
    "predict, --model --top-k --threshold --pairs --json",
    "spanish-reviews, --data --checkpoint --output --full --json --push --tokenizer",
    "news, --data --checkpoint --output --full --json",
    "movie-reviews, --data --checkpoint --output --full --json",
    "tweets, --data --checkpoint --output --full --json",
    "sentiment-api, --data --checkpoint --output --full --json --train-only --model --host --port --max-body"
        + " --max-texts --max-characters --deadline --tokens-in-flight"
  })
  void help_namesEveryOption(String command, String options) {
    Run run = Run.of(command, "--help");
    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("Usage: afina-examples " + command);
    // At the beginning of a line: a mention in the synopsis would not explain it.
    for (String option : options.split(" ", -1)) {
      assertThat(run.out()).containsPattern("(?m)^ +" + option + "[ =\n]");
    }
    assertThat(run.out()).doesNotContain("--rows");
  }

  @Test
  void trainHelp_showsTheLibrarysDefaults() {
    String help = Run.of("train", "--help").out();
    assertThat(help).containsPattern("--epochs=N[^-]*Default: 3.0\n");
    assertThat(help).containsPattern("--batch-size=N[^-]*Default: 8\n");
    assertThat(help).containsPattern("--learning-rate=RATE[^-]*Default: 5.0E-5\n");
    assertThat(help).containsPattern("--seed=N[^-]*Default: 42\n");
    assertThat(help).doesNotContain("Default: []", "Default: false");
  }

  @Test
  void apiHelp_showsItsDefaults() {
    String help = Run.of("sentiment-api", "--help").out();
    assertThat(help).containsPattern("--host=ADDRESS[^-]*Default:\\s+127\\.0\\.0\\.1\n");
    assertThat(help).containsPattern("--port=N[^-]*Default:\\s+8080\n");
    assertThat(help).containsPattern("--max-texts=N[^-]*Default:\\s+64\n");
    assertThat(help).containsPattern("--deadline=SECONDS[^-]*Default:\\s+10\\.0\n");
  }

  /** The options' names, not those of the library's methods. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "body,label | no column \"text\" for the text, the header has \"body\", \"label\"; name the column by --text",
        "text,mood | the header has \"text\", \"mood\"; name the column by --label",
        "text;label | name the column by --text; this line holds ';': use --delimiter ';'",
        "text,text,label | column \"text\" is there more than once; rename one of them in the file",
        "text,1 | name the column by --label; if the first line is a row already, use --no-header",
      })
  void wrongColumns_areAnsweredWithOptions(String header, String message) throws IOException {
    Path file = Files.write(folder.resolve("a.csv"), List.of(header, "a,b", "c,d"));
    Run run = Run.of("train", "--train", file.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().strip()).endsWith(message).hasLineCount(1);
  }

  @Test
  void encodings_areAnsweredWithOptions() throws IOException {
    Path file = folder.resolve("a.csv");
    Files.write(file, "text,label\nqué,b\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(Run.of("train", "--train", file.toString()).err())
        .contains("name the encoding, such as --charset windows-1252, or save the file as UTF-8");
    assertThat(Run.of("tweets", "--data", file.toString()).err())
        .contains("not valid UTF-8; save the file as UTF-8");
    Files.write(file, List.of("text\tlabel", "\"a\tb"));
    assertThat(Run.of("train", "--train", file.toString(), "--delimiter", "\\t").err())
        .contains("and a file without quoting is read with --quoting none");
    Path json = Files.write(folder.resolve("a.json"), List.of("{\"rows\": [{\"text\": \"a\"}]}"));
    assertThat(Run.of("train", "--train", json.toString()).err())
        .contains(
            "name the member by --text; rows inside this object are read by --json-rows rows");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        " | Missing required subcommand",
        "frain | Unmatched argument at index 0: 'frain'",
        "train | Missing required option: '--train=FILE'",
        "predict | Missing required option: '--model=FOLDER'",
        "predict --model x --top-k 0 | --top-k: expected 1 or more, got 0",
        "intents --intents 1 | --intents: expected 2 to 77, got 1",
        "train --train a.csv --epochs many | '--epochs': 'many' is not a double",
        "train --train a.csv --epochs -1 | --epochs: expected a number over 0, got -1.0",
        "train --train a.csv --batch-size 0 | --batch-size: expected 1 or more, got 0",
        "train --train a.csv --dropout 1 | --dropout: expected a rate in [0, 1), got 1.0",
        "train --train a.csv --max-tokens 0 | --max-tokens: expected 1 or more, got 0",
        "train --train a.csv --labels x,x | labels: \"x\" is given twice",
        "train --train a.csv --keep-best f1 | --keep-best f1 needs --positive LABEL; of all labels together it is macro_f1",
        "train --train a.csv --early-stopping 2 | --early-stopping 2 needs --keep-best METRIC",
        "train --train a.csv --eval-steps 2 --validation-share 0 | --eval-steps 2 needs --validation or",
        "train --train a.csv --focal 2 --label-smoothing 0.1 | choose one of them",
        "train --train a.csv --schedule zigzag | --schedule: \"zigzag\": unknown",
        "train --train a.csv --freeze half | --freeze: expected embeddings",
        "train --train a.csv --lora 0 | lora: rank: expected 1 or more, got 0",
        "train --train a.csv --adapter x | --adapter need --lora RANK",
        "train --train a.csv --lora 8 --freeze encoder | lora(rank 8, alpha 8, dropout 0, usual"
            + " targets) and freeze(encoder): choose one of them",
        "train --train a.csv --time-budget soon | --time-budget: expected a time",
        "train --train a.csv --class-weights 1,x | --class-weights: expected balanced",
        "train --train a.csv --keep-best f7 | --keep-best: metric \"f7\": unknown, expected one of loss, accuracy,",
        "train --train a.csv --task some | --task: expected single-label, multi-label or regression, got \"some\"",
        "train --train a.csv --label x --label-columns a,b | --label and --label-columns contradict each other",
        "train --train a.csv --label x --value-columns a | --label and --value-columns contradict each other",
        "train --train a.csv --label-columns a --value-columns b | --label-columns and --value-columns contradict",
        "train --train a.csv --label-separator ; --label-columns a | --label-separator and --label-columns contradict",
        "train --train a.csv --label-separator ; --value-columns a | --label-separator and --value-columns contradict",
        "train --train a.csv --task single-label --label-columns a | --task single-label and --label-columns"
            + " contradict each other: these columns make a task multi-label",
        "train --train a.csv --task regression --label-separator ; | --task regression and --label-separator contradict",
        "train --train a.csv --task multi-label --value-columns a | --task multi-label and --value-columns contradict",
        "train --train a.csv --label-columns a,b --class-weights balanced | --class-weights is for single-label, but"
            + " the task is multi-label, by --label-columns; weigh its labels by --positive-weights",
        "train --train a.csv --task regression --class-weights balanced | --class-weights is for single-label, but"
            + " the task is regression, by --task; leave the option out",
        "train --train a.csv --task single-label --positive-weights 1,2 | weigh its labels by --class-weights",
        "train --train a.csv --task multi-label --label-smoothing 0.1 | --label-smoothing is for single-label",
        "train --train a.csv --task multi-label --positive x | --positive is for single-label, but",
        "train --train a.csv --task multi-label --loss mean_squared_error | --loss is for regression, but",
        "train --train a.csv --value-columns a --focal 2 | --focal is for single-label or multi-label, but",
        "train --train a.csv --class-weights balanced --positive-weights balanced | --class-weights and"
            + " --positive-weights contradict each other: that is for single-label, this for multi-label",
        "train --train a.csv --loss log_cosh | --loss: expected mean_squared_error or mean_absolute_error",
        "train --train a.csv --positive-weights 1,x | --positive-weights: expected balanced or numbers, got \"x\"",
        "train --train a.csv --positive-weights 0 | --positive-weights: expected numbers over 0",
        "train --train a.csv --class-weights balanced --keep-best hamming_loss | metric \"hamming_loss\": unknown",
        "train --train a.csv --task regression --keep-best accuracy | metric \"accuracy\": unknown, expected one of loss,",
        "train --train a.csv --label-columns a,a | column \"a\" is given twice",
        "train --train a.csv --label-columns \"a,b\",\"a,b\" | column \"a,b\" is given twice",
        "train --train a.csv --label-columns a,b --labels x | --labels: 1 names for the 2 --label-columns",
        "train --train a.csv --no-header --text 0 --label-columns 1,x | --label-columns: with --no-header expected the"
            + " number of a column, got \"x\"",
        "train --train a.jsonl --value-columns a,a | valueColumns: column a is given twice",
        "train --train a.csv --folds 3 --test b.csv | --folds evaluates on the folds of --train: not with",
        "train --train a.csv --folds 3 --keep-best loss --early-stopping 2 | --folds trains to the end and evaluates"
            + " then, on the fold that it left out: not with --keep-best loss, --early-stopping 2",
        "train --train a.csv --schedule reduce_lr_on_plateau | --schedule reduce_lr_on_plateau needs --keep-best",
        "train --train a.csv --folds 3 --card a/b | --folds saves nothing: not with --checkpoints",
        "train --train a.csv --folds 1 | --folds: expected 2 or more, got 1",
        "train --train a.csv --folds 3 --validation-share 0.3 | --folds evaluates on the folds of --train: not with",
        "train --train a.csv --validation b.csv --validation-share 0.3 | --validation b.csv and --validation-share 0.3"
            + " contradict each other",
        "train --train a.csv --lora 8 --output m --adapter ./m | --adapter and --output are both m, where the adapter"
            + " would replace the model",
        "train --train a.csv --lora 8 --output m --adapter m/a | --adapter m/a is in --output m, which holds a model and"
            + " no other folder; name a folder outside it",
        "train --train a.csv --lora 8 --output a/m --adapter a | --output a/m is in --adapter a, which holds",
        "train --train a.csv --output m --checkpoints m/c | --checkpoints: m/c is in the output folder m, which",
        "train --train a.csv --output m --checkpoints ./m --task regression | --checkpoints: ./m is the output folder m,"
            + " which holds a model and no other folder; name a folder outside it",
        "train --train a.csv --output c/checkpoint-3 --checkpoints c | --output: c/checkpoint-3 would be taken for a"
            + " training checkpoint in c; name another folder",
        "train --train a.csv --checkpoint src --output ./src --lora 8 --resume | --output: ./src is the folder of"
            + " checkpoint \"src\"",
        "train --train a.csv --time-budget -5s | --time-budget: expected a time over 0",
        "intents --full --intents 10 | --full and --intents 10 contradict each other: --full takes all 77",
        "predict --model x --threshold 2 | --threshold: expected 0 to 1, got 2",
        "predict --model x --threshold 0.3 --top-k 2 | --top-k 2 and --threshold 0.3 contradict each other",
        "train --train a.csv --keep-best loss --validation-share 0 | --keep-best loss needs --validation or",
        "train --train a.csv --card a/b/c | model \"a/b/c\": expected name or owner/name",
        "train --train a.csv --card a/b --language English | language \"English\": expected an ISO 639",
        "train --train a.csv --card a/b --license GPL! | license \"GPL!\": expected an identifier of",
        "train --train a.csv --language en | --language needs --card",
        "intents --epochs 0 | --epochs: expected a number over 0, got 0.0",
        "intents --learning-rate NaN | --learning-rate: expected 0 or more",
        "train --train a.csv --validation-share 1 | --validation-share: expected a share in [0, 1)",
        "train --train a.txt | a.txt: expected a file that is called .csv, .tsv, .jsonl or .json",
        "train --train a.csv --no-header | --no-header needs --text and --label",
        "train --train a.csv --no-header --text x --label 1 | --text: with --no-header expected the"
            + " number of a column, got \"x\"",
        "train --train a.csv --delimiter ab | --delimiter: expected one character or \\t, got \"ab\"",
        "train --train a.jsonl --text a --text b | --text: a JSON Lines file takes one, got [a, b]",
        "train --train a.jsonl --delimiter ; | --delimiter: not for JSON files",
        "train --train a.jsonl --quoting none | --quoting: not for JSON files",
        "train --train a.csv --json-rows data | --json-rows: not for CSV files",
        "train --train a.csv --quoting some | --quoting: expected doubled, backslash or none, got \"some\"",
        "train --train a.csv --charset latin-99 | charset \"latin-99\" is not known",
      })
  void wrongUsage_isOneLineAndCode2(String arguments, String message) {
    Run run = arguments == null ? Run.of() : Run.of(arguments.split(" ", -1));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().replace('\\', '/')) // on Windows paths have the other slash
        .contains(message.replace('\\', '/'))
        .contains("--help");
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "predict"})
  void missingFile_isOneLineAndCode1(String command) {
    String file = folder.resolve("none.csv").toString();
    Run run =
        command.equals("train")
            ? Run.of("train", "--train", file)
            : Run.of("predict", "--model", file);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).startsWith("afina-examples " + command + ": ").contains(file, "no such");
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void unknownColumn_isNamedWithThoseThatAreThere() throws IOException {
    Path file = Samples.csv(folder.resolve("rows.csv"), 1);
    Run run = Run.of("train", "--train", file.toString(), "--text", "body");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(file + ":1:", "\"body\"", "text", "label");
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void unknownMember_isNamedWithItsLine() throws IOException {
    Path file = Samples.jsonLines(folder.resolve("rows.jsonl"), 1);
    Run run = Run.of("train", "--train", file.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(file + ":1:", "\"text\"");
  }

  @Test
  void labelThatIsOnlyInTheTestRows_isFoundBeforeTraining() throws IOException {
    Path train = Samples.csv(folder.resolve("train.csv"), 2);
    Path test = Files.write(folder.resolve("test.csv"), List.of("text,label", "hello,greeting"));
    Run run =
        Run.of(
            "train",
            "--train",
            train.toString(),
            "--test",
            test.toString(),
            "--checkpoint",
            "none");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("labels [greeting] are in the rows to evaluate on");
  }

  @Test
  void labelThatIsOnlyInTheTestRows_isFoundBeforeTraining_alsoWhereLabelsAreNamed()
      throws IOException {
    Path train = Samples.csv(folder.resolve("train.csv"), 2);
    Path test = Files.write(folder.resolve("test.csv"), List.of("text,label", "hello,greeting"));
    Run run =
        Run.of(
            "train",
            "--train",
            train.toString(),
            "--test",
            test.toString(),
            "--labels",
            "card,money",
            "--checkpoint",
            "none");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("labels [greeting] are in the rows to evaluate on, but not in");
  }

  @Test
  void outputThatIsNoModel_isRefusedBeforeTraining() throws IOException {
    Path train = Samples.csv(folder.resolve("train.csv"), 2);
    Run run =
        Run.of(
            "train",
            "--train",
            train.toString(),
            "--checkpoint",
            Samples.checkpoint(),
            "--output",
            folder.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(folder.toString(), "not replaced");
    assertThat(run.err()).doesNotContain("epoch");
    assertThat(folder).isDirectoryContaining(file -> file.endsWith("train.csv"));
  }

  @Test
  void stackTrace_onRequest() {
    Run run = Run.of("predict", "--model", folder.resolve("none").toString(), "--stacktrace");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("CheckpointException", "\tat dev.afina.");
  }
}
