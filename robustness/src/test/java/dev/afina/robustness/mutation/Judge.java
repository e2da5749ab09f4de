package dev.afina.robustness.mutation;

import dev.afina.robustness.mutation.Outcome.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Tries mutations in a folder and says how each ended. */
final class Judge {
  /** What one mutation may take of resident memory while it runs, beyond what stood before. */
  private static final long MOST_GROWTH = 200L << 20;

  private static final int LONGEST_MESSAGE = 1_000;

  /** Names of classes help no user. */
  private static final Pattern CLASS =
      Pattern.compile(
          "\\b(java\\.(io|lang|nio|util)|com\\.google|org\\.apache|ai\\.djl|dev\\.afina)\\.[a-z]*\\.?[A-Z]");

  private final Path folder;
  private final Map<String, String> before = new HashMap<>();

  /**
   * @param folder to work in; its name should not be one that a message would hold by chance
   */
  Judge(Path folder) {
    this.folder = folder;
  }

  Outcome judge(Mutation mutation) throws IOException {
    Target target = mutation.target();
    String expected = before(target);
    Map<String, Entry> entries = new TreeMap<>(target.files());
    entries.putAll(mutation.entries());
    long resident = ResidentMemory.now();
    boolean peaks = ResidentMemory.resetPeak();
    Outcome outcome;
    try {
      String result = use(target, entries);
      outcome = new Outcome(result.equals(expected) ? Kind.SAME : Kind.OTHER, "");
      if (outcome.kind() == Kind.OTHER && !use(target, entries).equals(result)) {
        outcome = Outcome.fault("wrong result: opened once more, it gives another one");
      }
    } catch (IOException e) {
      outcome = refusal(e, mutation);
    } catch (AssertionError e) {
      outcome = Outcome.fault("wrong result: " + oneLine(e.getMessage()));
    } catch (Throwable e) { // whatever gets out of the library is what is looked for
      outcome = Outcome.fault(thrown(e));
    }
    if (mutation.neutral() && outcome.kind() != Kind.SAME) {
      return Outcome.fault("means the same, but " + outcome.kind() + ": " + outcome.detail());
    }
    long growth = (peaks ? ResidentMemory.peak() : ResidentMemory.now()) - resident;
    return growth > MOST_GROWTH
        ? Outcome.fault("%d MB of memory while it ran".formatted(growth >> 20))
        : outcome;
  }

  private String before(Target target) throws IOException {
    String result = before.get(target.name());
    if (result == null) {
      result = use(target, target.files());
      before.put(target.name(), result);
    }
    return result;
  }

  /** Of a name that no message holds unless it means the folder. */
  private Path folderOf(Target target) {
    return folder.resolve("folder-" + Integer.toHexString(target.name().hashCode()));
  }

  private String use(Target target, Map<String, Entry> entries) throws IOException {
    Workspace workspace = new Workspace(folderOf(target));
    workspace.hold(entries);
    Path scratch = folder.resolve("scratch");
    new Workspace(scratch).hold(Map.of());
    return target.use(workspace.folder(), scratch);
  }

  /** A refusal is good when a person can read it. */
  private Outcome refusal(IOException e, Mutation mutation) {
    String message = e.getMessage();
    List<String> wrong = new ArrayList<>();
    if (message == null || message.isBlank()) {
      wrong.add("no message");
    } else {
      if (message.length() > LONGEST_MESSAGE) {
        wrong.add("a message of " + message.length() + " characters");
      }
      if (message.chars().anyMatch(Judge::isHarmful)) {
        wrong.add("a message with line breaks or control characters");
      }
      if (CLASS.matcher(message).find()) {
        wrong.add("a message with the name of a class");
      }
      if (mutation.entries().entrySet().stream()
          .flatMap(entry -> names(mutation.target(), entry.getKey(), entry.getValue()).stream())
          .noneMatch(message::contains)) {
        wrong.add("a message that names no file");
      }
    }
    return wrong.isEmpty()
        ? new Outcome(Kind.REFUSED, message)
        : Outcome.fault(String.join(", ", wrong) + ": " + thrown(e));
  }

  /** Names one of which a message must hold; where no file is there, the folder's will do. */
  private List<String> names(Target target, String path, Entry entry) {
    List<String> names = new ArrayList<>(target.namesInMessages(path));
    if (names.remove(Target.FOLDER) || !(entry instanceof Entry.Content)) {
      names.add(folderOf(target).toString());
    }
    return names;
  }

  /** Line breaks, and what makes a terminal do or show something else. */
  private static boolean isHarmful(int c) {
    byte direction = Character.getDirectionality(c);
    return Character.isISOControl(c)
        || Character.getType(c) == Character.LINE_SEPARATOR
        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
        || (direction >= Character.DIRECTIONALITY_LEFT_TO_RIGHT_EMBEDDING
            && direction <= Character.DIRECTIONALITY_POP_DIRECTIONAL_ISOLATE
            && Character.getType(c) == Character.FORMAT);
  }

  private static String thrown(Throwable e) {
    StackTraceElement[] trace = e.getStackTrace();
    String at = trace.length == 0 ? "" : " at " + trace[0];
    for (StackTraceElement frame : trace) {
      if (frame.getClassName().startsWith("dev.afina.")) {
        at = " at " + frame;
        break;
      }
    }
    return e.getClass().getName() + ": " + oneLine(e.getMessage()) + at;
  }

  /** A message as it can stand in one line of a report. */
  static String oneLine(String message) {
    if (message == null) {
      return "(no message)";
    }
    String line = message.replaceAll("\\p{Cntrl}", "·");
    return line.length() <= 400 ? line : line.substring(0, 400) + "… of " + line.length();
  }
}
