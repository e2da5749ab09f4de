package dev.afina.explain;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.afina.internal.json.WrittenOnly;
import java.util.Map;

/**
 * A value that Jackson and Gson serialize as a map, without any configuration. Jackson 2 and 3 read
 * the annotation below; it is an optional dependency, and the JVM ignores an annotation whose class
 * is missing. Gson needs {@code @JsonAdapter} on each class.
 */
interface WrittenAsMap {

  /** The members of the JSON object by name, in order; unmodifiable. */
  @JsonValue
  Map<String, Object> asMap();

  /** For Gson. */
  final class Adapter extends WrittenOnly<WrittenAsMap> {
    Adapter() {
      super(WrittenAsMap.class, WrittenAsMap::asMap);
    }
  }
}
