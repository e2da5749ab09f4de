package dev.afina.explain;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.afina.internal.json.WrittenOnly;
import java.util.Map;

/**
 * What Jackson and Gson write as a map, without being told. Jackson (2 and 3) takes the annotation
 * from here; where its jar is missing, so is the annotation, and nobody asks for it. Gson looks for
 * {@code @JsonAdapter} on each class.
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
