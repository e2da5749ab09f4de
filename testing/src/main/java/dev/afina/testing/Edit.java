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
 * A change to a text that should not change what a model says of it, or should change it in one
 * direction: the perturbations of CheckList (Ribeiro, Wu, Guestrin and Singh 2020, "Beyond
 * Accuracy: Behavioral Testing of NLP Models with CheckList", arXiv 2005.04118).
 *
 * <p>What an edit with a seed does to a text depends on seed and text only. A text that an edit
 * does not change says nothing, so assertions leave it out. Immutable.
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
   * An edit of your own.
   *
   * @param name for messages
   * @param change from a text to the changed one
   */
  public static Edit of(String name, UnaryOperator<String> change) {
    return new Edit(Objects.requireNonNull(name, "name"), Objects.requireNonNull(change, "change"));
  }

  /**
   * Swaps two neighbouring letters inside of words of four letters or more: {@code card} becomes
   * {@code crad}. First and last letter stay.
   *
   * @param count how many words of a text, 1 or more; fewer where it has not as many
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

  /** All letters large. */
  public static Edit upperCase() {
    return of("upper case", text -> text.toUpperCase(Locale.ROOT));
  }

  /** All letters small. */
  public static Edit lowerCase() {
    return of("lower case", text -> text.toLowerCase(Locale.ROOT));
  }

  /** Without punctuation. */
  public static Edit withoutPunctuation() {
    return of("no punctuation", text -> PUNCTUATION.matcher(text).replaceAll(""));
  }

  /** Two spaces for one, and one before and after the text. */
  public static Edit extraSpaces() {
    return of("extra spaces", text -> " " + text.replace(" ", "  ") + " ");
  }

  /** Each digit another one, but no number begins with a new 0. */
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
   * Each word that is one of these becomes another of these: names of people, towns, products.
   * Letters are compared as they are, large or small.
   *
   * @param names two or more, single words
   * @throws IllegalArgumentException for fewer
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

  /** The text, a space, and more: such as {@code "Thank you!"}, or what should raise a score. */
  public static Edit append(String more) {
    Objects.requireNonNull(more, "more");
    return of("\"" + more + "\" appended", text -> text + " " + more);
  }

  /** The changed text. */
  public String apply(String text) {
    return Objects.requireNonNull(
        change.apply(Objects.requireNonNull(text, "text")), () -> name + " gave null");
  }

  /** What it does, as messages say it. */
  @Override
  public String toString() {
    return name;
  }

  private static Edit random(String name, long seed, BiFunction<String, Random, String> change) {
    return of(name, text -> change.apply(text, new Random(seed * 31 + text.hashCode())));
  }
}
