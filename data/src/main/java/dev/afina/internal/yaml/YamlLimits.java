package dev.afina.internal.yaml;

import dev.afina.internal.files.Excerpt;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Rejects YAML that could exhaust stack or memory, or that contains anything but maps, lists,
 * strings, numbers, booleans and nulls. Works on the parser's events, before any objects are built,
 * and counts the expansion of an alias each time it is used.
 */
final class YamlLimits {
  /** Three times the metadata of the longest cards on the Hub, which have hundreds of results. */
  static final int MOST_CHARACTERS = 3_000_000;

  private static final int MOST_LEVELS = 100;
  private static final int MOST_DIGITS = 1000;

  /** What the library makes of one value, in bytes; together they may take half of the heap. */
  private static final int OBJECTS = 1000;

  /** With all aliases written out. */
  private static final long MOST_EXPANDED = 3L * MOST_CHARACTERS;

  private static final Set<String> TAGS =
      Set.of(
          "!",
          Tag.MAP.getValue(),
          Tag.SEQ.getValue(),
          Tag.STR.getValue(),
          Tag.INT.getValue(),
          Tag.FLOAT.getValue(),
          Tag.BOOL.getValue(),
          Tag.NULL.getValue());
  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9][0-9a-fA-Fox._+-]*");

  /**
   * The size of a value.
   *
   * @param levels the depth of nesting, 0 for a scalar
   * @param characters the characters of all scalars in it, plus one per value
   */
  private record Extent(int levels, long characters) {}

  /** A list or mapping that is not complete yet. */
  private static final class Open {
    private final Optional<Anchor> anchor;
    private final boolean mapping;
    private int children;
    private int levels = 1;
    private long characters = 1;

    Open(CollectionStartEvent start) {
      this.anchor = start.getAnchor();
      this.mapping = start instanceof MappingStartEvent;
    }

    /** Whether the next child is a key. */
    boolean expectsKey() {
      return mapping && children % 2 == 0;
    }
  }

  private final Map<Anchor, Extent> anchors = new HashMap<>();
  private final Deque<Open> open = new ArrayDeque<>();
  private final long mostValues;
  private long values;

  private YamlLimits(long mostValues) {
    this.mostValues = mostValues;
  }

  /**
   * Checks a document.
   *
   * @throws IllegalArgumentException if it is rejected
   * @throws org.snakeyaml.engine.v2.exceptions.YamlEngineException if it is not YAML
   */
  static void check(String yaml, LoadSettings settings) {
    check(yaml, settings, Runtime.getRuntime().maxMemory() / 2 / OBJECTS);
  }

  /** With as many values as fit into the heap. */
  static void check(String yaml, LoadSettings settings, long mostValues) {
    if (yaml.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "its metadata has " + yaml.length() + " characters, expected at most " + MOST_CHARACTERS);
    }
    YamlLimits limits = new YamlLimits(mostValues);
    for (Event event : new Parse(settings).parseString(yaml)) {
      limits.check(event);
    }
  }

  private void check(Event event) {
    if ((event instanceof CollectionStartEvent || event instanceof ScalarEvent)
        && ++values > mostValues) {
      throw refused(
          "it has more than "
              + mostValues
              + " values, which the heap cannot hold; shorten it, or give Java more by -Xmx",
          event);
    }
    if (event instanceof CollectionStartEvent start) {
      checkTag(start.getTag(), event);
      start.getAnchor().ifPresent(anchors::remove); // until its end the name stands for itself
      open.push(new Open(start));
      checkLevels(0, event);
    } else if (event instanceof CollectionEndEvent) {
      Open ended = open.pop();
      add(ended.anchor, new Extent(ended.levels, ended.characters), event);
    } else if (event instanceof ScalarEvent scalar) {
      checkTag(scalar.getTag(), event);
      checkNumber(scalar);
      add(scalar.getAnchor(), new Extent(0, 1L + scalar.getValue().length()), event);
    } else if (event instanceof AliasEvent alias) {
      add(Optional.empty(), extent(alias), event);
    }
  }

  private Extent extent(AliasEvent alias) {
    Extent extent = anchors.get(alias.getAlias());
    if (extent != null) {
      return extent;
    }
    for (Open outer : open) {
      if (outer.anchor.filter(alias.getAlias()::equals).isPresent()) {
        throw refused("the alias *" + alias.getAlias() + " stands inside its own value", alias);
      }
    }
    throw refused("the alias *" + alias.getAlias() + " stands for nothing", alias);
  }

  private void add(Optional<Anchor> anchor, Extent extent, Event event) {
    anchor.ifPresent(name -> anchors.put(name, extent));
    @Nullable Open parent = open.peek();
    if (parent == null) {
      return;
    }
    if (parent.expectsKey() && extent.levels > 0) {
      throw refused("a key is a list or a mapping", event);
    }
    checkLevels(extent.levels, event);
    parent.children++;
    parent.levels = Math.max(parent.levels, extent.levels + 1);
    parent.characters += extent.characters;
    if (parent.characters > MOST_EXPANDED) {
      throw refused("its aliases stand for more than " + MOST_EXPANDED + " characters", event);
    }
  }

  private void checkLevels(int below, Event event) {
    if (open.size() + below > MOST_LEVELS) {
      throw refused("it is nested more than " + MOST_LEVELS + " levels deep", event);
    }
  }

  private static void checkTag(Optional<String> tag, Event event) {
    if (tag.isPresent() && !TAGS.contains(tag.get())) {
      throw refused("the tag " + Excerpt.of(tag.get()) + " is not supported", event);
    }
  }

  /** Limits the digits of a number, because converting them takes quadratic time. */
  private static void checkNumber(ScalarEvent scalar) {
    String value = scalar.getValue();
    if (value.length() > MOST_DIGITS
        && (scalar.isPlain() || scalar.getTag().isPresent())
        && NUMBER.matcher(value).matches()) {
      throw refused("a number has " + value.length() + " digits", scalar);
    }
  }

  private static IllegalArgumentException refused(String what, Event event) {
    return new IllegalArgumentException(
        "its metadata is refused: "
            + what
            + event.getStartMark().map(mark -> " (line " + (mark.getLine() + 1) + ")").orElse(""));
  }
}
