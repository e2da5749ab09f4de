package dev.afina.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An edit of a text that should not change a model's prediction, or should change it in one
 * direction only: the perturbations of CheckList (M. Ribeiro et al., Beyond Accuracy: Behavioral
 * Testing of NLP Models with CheckList, 2020).
 *
 * <p>The result of an edit depends only on the text and the edit's seed. Texts that an edit does
 * not change prove nothing, so assertions leave them out. Immutable; thread safe, unless its
 * function is not.
 */
public final class Edit {
  private static final Pattern WORD = Pattern.compile("\\p{L}{4,}");
  private static final Pattern ANY_WORD = Pattern.compile("[\\p{L}\\p{M}]+");
  private static final Pattern DIGIT = Pattern.compile("[0-9]");
  private static final Pattern PUNCTUATION = Pattern.compile("\\p{P}+");

  private final String name;
  private final UnaryOperator<String> change;

  private Edit(String name, UnaryOperator<String> change) {
    this.name = name;
    this.change = change;
  }

  /**
   * Defines an edit.
   *
   * @param name describes the edit in messages
   * @param change returns the edited text
   */
  public static Edit of(String name, UnaryOperator<String> change) {
    return new Edit(Objects.requireNonNull(name, "name"), Objects.requireNonNull(change, "change"));
  }

  /**
   * Swaps two neighbouring letters inside random words of four or more letters: {@code card}
   * becomes {@code crad}. The first and the last letter stay.
   *
   * @param count the number of words to change in a text, 1 or more; all suitable words if there
   *     are fewer
   * @param seed of the random choices
   */
  public static Edit typos(int count, long seed) {
    if (count < 1) {
      throw new IllegalArgumentException("count: expected 1 or more, got " + count);
    }
    return random(
        "typos in " + count + (count == 1 ? " word" : " words"),
        seed,
        (text, random) -> {
          List<MatchResult> words = new ArrayList<>(WORD.matcher(text).results().toList());
          StringBuilder typed = new StringBuilder(text);
          for (int i = 0; i < count && !words.isEmpty(); i++) {
            MatchResult word = words.remove(random.nextInt(words.size()));
            swap(typed, word.start() + 1 + random.nextInt(word.group().length() - 3));
          }
          return typed.toString();
        });
  }

  private static void swap(StringBuilder text, int at) {
    char left = text.charAt(at);
    char right = text.charAt(at + 1);
    if (!Character.isSurrogate(left) && !Character.isSurrogate(right)) {
      text.setCharAt(at, right);
      text.setCharAt(at + 1, left);
    }
  }

  /** Converts the text to upper case. */
  public static Edit upperCase() {
    return of("upper case", text -> text.toUpperCase(Locale.ROOT));
  }

  /** Converts the text to lower case. */
  public static Edit lowerCase() {
    return of("lower case", text -> text.toLowerCase(Locale.ROOT));
  }

  /** Removes punctuation. */
  public static Edit withoutPunctuation() {
    return of("no punctuation", text -> PUNCTUATION.matcher(text).replaceAll(""));
  }

  /** Doubles each space, and adds one before and after the text. */
  public static Edit extraSpaces() {
    return of("extra spaces", text -> " " + text.replace(" ", "  ") + " ");
  }

  /** Replaces each digit by a random other one, but never by 0. */
  public static Edit otherNumbers(long seed) {
    return random(
        "other numbers",
        seed,
        (text, random) ->
            DIGIT
                .matcher(text)
                .replaceAll(digit -> String.valueOf(otherDigit(digit.group(), random))));
  }

  private static int otherDigit(String digit, Random random) {
    int old = digit.charAt(0) - '0';
    int other = 1 + random.nextInt(8);
    return other >= old && old > 0 ? other + 1 : other;
  }

  /**
   * Replaces each word that is one of these names by another of them, for example names of people,
   * towns or products. Case matters.
   *
   * @param seed of the random choices
   * @param names two or more single words
   * @throws IllegalArgumentException if there are fewer than two names
   */
  public static Edit otherNames(long seed, String... names) {
    List<String> all = List.of(names);
    if (all.size() < 2) {
      throw new IllegalArgumentException("names: expected 2 or more, got " + all.size());
    }
    return random(
        "other names",
        seed,
        (text, random) ->
            ANY_WORD
                .matcher(text)
                .replaceAll(
                    word -> Matcher.quoteReplacement(otherName(word.group(), all, random))));
  }

  private static String otherName(String word, List<String> names, Random random) {
    int old = names.indexOf(word);
    return old < 0 ? word : names.get((old + 1 + random.nextInt(names.size() - 1)) % names.size());
  }

  /** Appends a space and more text, such as {@code "Thank you!"}. */
  public static Edit append(String more) {
    Objects.requireNonNull(more, "more");
    return of("\"" + more + "\" appended", text -> text + " " + more);
  }

  /** Returns the edited text. */
  public String apply(String text) {
    return Objects.requireNonNull(
        change.apply(Objects.requireNonNull(text, "text")), () -> name + " gave null");
  }

  /** A description of the edit, as in messages. */
  @Override
  public String toString() {
    return name;
  }

  private static Edit random(String name, long seed, BiFunction<String, Random, String> change) {
    return of(name, text -> change.apply(text, new Random(seed * 31 + text.hashCode())));
  }
}
