package dev.afina.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Pulls and pushes as the environment variables say, for checks written in other languages.
 *
 * <ul>
 *   <li>{@code pull OWNER/NAME[@REVISION]}: prints the folder of the snapshot
 *   <li>{@code push OWNER/NAME FOLDER [--revision R] [--parent C] [--delete PATTERN] [--pr]}:
 *       creates the repository, private, where there is none; prints the commit, and {@code new} or
 *       {@code old}, and the revision of the pull request
 *   <li>{@code branch OWNER/NAME BRANCH FROM}, {@code tag OWNER/NAME TAG REVISION}: prints {@code
 *       true} when it is new
 * </ul>
 *
 * <p>What goes wrong is printed as {@code REASON message}, with exit code 1.
 */
final class HubProgram {
  private HubProgram() {}

  public static void main(String[] arguments) throws IOException {
    try {
      System.out.println(run(List.of(arguments)));
    } catch (HubException e) {
      System.out.println(e.reason() + " " + e.getMessage());
      System.exit(1);
    }
  }

  private static String run(List<String> arguments) throws IOException {
    HubClient hub = HubClient.fromEnvironment();
    if (arguments.get(0).equals("pull")) {
      return hub.snapshot(ModelReference.parse(arguments.get(1)), List.of(), List.of()).toString();
    }
    HubPush push = hub.push(arguments.get(1));
    return switch (arguments.get(0)) {
      case "push" -> push(push, arguments);
      case "branch" -> String.valueOf(push.createBranch(arguments.get(2), arguments.get(3)));
      case "tag" -> String.valueOf(push.createTag(arguments.get(2), arguments.get(3), "by Java"));
      default -> throw new IllegalArgumentException("unknown command: " + arguments.get(0));
    };
  }

  private static String push(HubPush push, List<String> arguments) throws IOException {
    HubUpload.Builder upload = HubUpload.of(Path.of(arguments.get(2))).message("Pushed by Java");
    for (int i = 3; i < arguments.size(); i++) {
      switch (arguments.get(i)) {
        case "--revision" -> upload.revision(arguments.get(++i));
        case "--parent" -> upload.parentCommit(arguments.get(++i));
        case "--delete" -> upload.deletePatterns(arguments.get(++i));
        case "--pr" -> upload.pullRequest();
        default -> throw new IllegalArgumentException("unknown argument: " + arguments.get(i));
      }
    }
    push.create(HubPush.Visibility.PRIVATE);
    HubCommit commit = push.upload(upload.build());
    return commit.id()
        + (commit.changed() ? " new " : " old ")
        + commit.pullRequestRevision().orElse("");
  }
}
