package dev.afina.robustness;

import dev.afina.Classifier;
import dev.afina.PushOptions;
import dev.afina.data.Dataset;
import dev.afina.data.Example;
import dev.afina.hub.HubClient;
import dev.afina.hub.ModelReference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Saves, trains with an output folder, pushes and pulls until it is killed, all at the same time,
 * and says what begins and ends; with the argument {@code once} it does each once.
 *
 * <p>Two models take turns, {@code a} and {@code b} in the folder of the work. What is pushed has
 * another last number each time, so that its weights have to be uploaded.
 */
final class KillProgram {
  static final ModelReference PULLED = ModelReference.parse("tester/pulled");
  static final String PUSHED = "tester/pushed";
  static final List<String> KINDS = List.of("save", "train", "push", "pull");

  /** What a push does most of its time. */
  static final String UPLOAD = "upload";

  static final String WEIGHTS = "model.safetensors";
  static final List<String> MODEL_FILES =
      List.of("config.json", WEIGHTS, "tokenizer.json", "tokenizer_config.json");

  private final Path work;
  private final HubClient hub;
  private final List<Classifier> models;
  private final Random random = new Random();

  private KillProgram(Path work, HubClient hub) throws IOException {
    this.work = work;
    this.hub = hub;
    this.models = List.of(Classifier.load(work.resolve("a")), Classifier.load(work.resolve("b")));
  }

  /** Work of one kind; the number says which of the models. */
  private interface Work {
    void run(int number) throws IOException;
  }

  /** Runs in a JVM of its own: folder, endpoint, token, and perhaps "once". */
  public static void main(String[] arguments) throws Exception {
    Path work = Path.of(arguments[0]);
    HubClient hub =
        HubClient.builder()
            .endpoint(arguments[1])
            .token(arguments[2])
            .cache(work.resolve("cache"))
            .build();
    KillProgram program = new KillProgram(work, hub);
    List<Work> kinds = List.of(program::save, program::train, program::push, program::pull);
    if (arguments.length > 3) {
      for (Work kind : kinds) {
        kind.run(0);
      }
      System.out.println("done");
      return;
    }
    System.out.println("loaded");
    if (System.in.read() < 0) {
      return;
    }
    for (int i = 0; i < kinds.size(); i++) {
      String name = KINDS.get(i);
      Work kind = kinds.get(i);
      new Thread(() -> repeat(name, kind)).start();
    }
  }

  private static void repeat(String name, Work kind) {
    try {
      for (int i = 0; ; i++) {
        System.out.println("begins " + name);
        kind.run(i);
        System.out.println("ends " + name);
      }
    } catch (IOException | RuntimeException e) {
      System.out.println("FAILED " + e);
      e.printStackTrace(System.out);
      System.out.flush();
      Runtime.getRuntime().halt(1); // else what the others print would push it out of sight
    }
  }

  private void save(int number) throws IOException {
    models.get(number % 2).save(work.resolve("saved"));
  }

  private void train(int number) throws IOException {
    Classifier.builder()
        .checkpoint(work.resolve(name(number)))
        .epochs(3)
        .output(work.resolve("output"))
        .fit(rows(name(number)))
        .close();
  }

  private void push(int number) throws IOException {
    PushOptions options =
        PushOptions.standard()
            .client(hub)
            .listener(p -> System.out.println((p.done() ? "ends " : "begins ") + UPLOAD));
    Path fresh = Files.createDirectories(work.resolve("tmp").resolve("fresh"));
    for (String name : MODEL_FILES) {
      byte[] content = Files.readAllBytes(work.resolve(name(number)).resolve(name));
      if (name.equals(WEIGHTS)) {
        ByteBuffer.wrap(content)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(content.length - Float.BYTES, random.nextFloat());
      }
      Files.write(fresh.resolve(name), content);
    }
    try (Classifier model = Classifier.load(fresh)) {
      model.pushToHub(PUSHED, options);
    }
  }

  private static String name(int number) {
    return number % 2 == 0 ? "a" : "b";
  }

  private void pull(int number) throws IOException {
    hub.snapshot(PULLED, List.of(), List.of());
  }

  /** Four rows with two labels of a model. */
  static Dataset rows(String model) {
    List<Example> rows = new ArrayList<>();
    for (String opening : List.of("today", "they say")) {
      rows.add(Example.of(opening + ", I hate the noise", model + " no"));
      rows.add(Example.of(opening + ", what a happy day", model + " yes"));
    }
    return Dataset.of(rows);
  }
}
