package dev.afina.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the token out of messages and logs if a server sends it back in a header, a body, the
 * address of a redirect or a file name: plain, truncated, reversed, with other characters in
 * between, with percent, JSON or HTML escapes, in hexadecimal or Base64, or in a combination of
 * these.
 *
 * <p>A server that has the token could encode it in ways nobody can foresee. This protects against
 * readers of logs, not against the server. Immutable.
 */
final class Secrets {
  private static final String HIDDEN = "***";

  /** This many consecutive letters and digits of the token count as a leak. */
  private static final int PIECE = 10;

  /** Tokens with fewer letters and digits are only searched for literally. */
  private static final int SHORTEST = 8;

  private static final int DEPTH = 3;
  private static final int MOST_TEXT = 100_000;

  private static final Pattern PERCENT = Pattern.compile("%([0-9A-Fa-f]{2})");
  private static final Pattern JSON = Pattern.compile("\\\\[uU]00([0-9A-Fa-f]{2})");
  private static final Pattern C_LIKE = Pattern.compile("\\\\x([0-9A-Fa-f]{2})");
  private static final Pattern HTML_HEX = Pattern.compile("&#[xX]0*([0-9A-Fa-f]{2});?");
  private static final Pattern HTML_DECIMAL = Pattern.compile("&#0*([0-9]{2,3});?");
  private static final Pattern HEX_RUN = Pattern.compile("[0-9A-Fa-f]{8,}");
  private static final Pattern BASE64_RUN = Pattern.compile("[A-Za-z0-9+/_-]{8,}");

  private final @Nullable String token;
  private final String letters;

  Secrets(@Nullable String token) {
    this.token = token;
    this.letters = token == null ? "" : letters(token);
  }

  /** The text without the token. */
  String shown(String text) {
    if (!leaks(text)) {
      return text;
    }
    String replaced = text.replace(String.valueOf(token), HIDDEN);
    return leaks(replaced) ? "(not shown, because it holds the token)" : replaced;
  }

  /** The exception, or an equivalent one without the token. */
  Exception shown(Exception failure) {
    if (failure instanceof InterruptedIOException || !leaks(failure)) {
      return failure;
    }
    String message = shown(String.valueOf(failure.getMessage()));
    HubException shown =
        failure instanceof HubException e
            ? new HubException(
                e.reason(),
                message,
                e.status(),
                e.errorCode().map(this::shown).orElse(null),
                e.requestId().map(this::shown).orElse(null),
                e.commit().orElse(null))
            : new HubException(HubException.Reason.PROTOCOL, message);
    shown.setStackTrace(failure.getStackTrace());
    return shown;
  }

  private boolean leaks(Throwable failure) {
    List<Throwable> all = new ArrayList<>(List.of(failure));
    for (int i = 0; i < all.size() && i < 100; i++) {
      Throwable next = all.get(i);
      if (leaks(String.valueOf(next.getMessage()))
          || (next instanceof HubException e
              && leaks(e.errorCode().orElse("") + "\n" + e.requestId().orElse("")))) {
        return true;
      }
      if (next.getCause() != null) {
        all.add(next.getCause());
      }
      all.addAll(List.of(next.getSuppressed()));
    }
    return false;
  }

  /** Whether a text contains the token in an easily readable form. */
  boolean leaks(String text) {
    if (token == null || letters.length() < SHORTEST) {
      return token != null && text.contains(token);
    }
    return leaks(text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT), DEPTH);
  }

  private boolean leaks(String text, int depth) {
    String plain = letters(text);
    if (holdsPiece(plain) || holdsPiece(new StringBuilder(plain).reverse().toString())) {
      return true;
    }
    if (depth == 0) {
      return false;
    }
    String unescaped = unescaped(text);
    if (!unescaped.equals(text) && leaks(unescaped, depth - 1)) {
      return true;
    }
    return decodings(text).stream().anyMatch(decoded -> leaks(decoded, depth - 1));
  }

  private boolean holdsPiece(String plain) {
    int size = Math.min(PIECE, letters.length());
    for (int start = 0; start + size <= letters.length(); start++) {
      if (plain.contains(letters.substring(start, start + size))) {
        return true;
      }
    }
    return false;
  }

  private static String letters(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  private static String unescaped(String text) {
    String plain = text;
    for (Pattern pattern : List.of(PERCENT, JSON, C_LIKE, HTML_HEX)) {
      plain = replaced(plain, pattern, 16);
    }
    return replaced(plain, HTML_DECIMAL, 10);
  }

  private static String replaced(String text, Pattern escapes, int radix) {
    return escapes
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(match.group(1), radix))));
  }

  private static List<String> decodings(String text) {
    List<String> decodings = new ArrayList<>();
    Matcher hex = HEX_RUN.matcher(text);
    while (hex.find()) {
      String run = hex.group();
      for (int start = 0; start < 2; start++) {
        int end = run.length() - (run.length() - start) % 2;
        decodings.add(ascii(HexFormat.of().parseHex(run.substring(start, end))));
      }
    }
    Matcher base64 = BASE64_RUN.matcher(text);
    while (base64.find()) {
      String run = base64.group().replace('-', '+').replace('_', '/');
      for (int start = 0; start < 4; start++) {
        String rest = run.substring(start, run.length() - (run.length() - start) % 4);
        decodings.add(ascii(Base64.getDecoder().decode(rest)));
        String tail = run.substring(start);
        if (tail.length() % 4 > 1) {
          decodings.add(ascii(Base64.getDecoder().decode(tail)));
        }
      }
    }
    return decodings;
  }

  private static String ascii(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** An action whose exceptions may quote the server. */
  interface Action<T> {
    T run() throws IOException;
  }

  /** Runs an action, removing the token from its exceptions. */
  <T> T guarded(Action<T> action) throws IOException {
    try {
      return action.run();
    } catch (IOException | RuntimeException e) {
      Exception shown = shown(e);
      if (shown instanceof IOException io) {
        throw io;
      }
      throw (RuntimeException) shown;
    }
  }
}
