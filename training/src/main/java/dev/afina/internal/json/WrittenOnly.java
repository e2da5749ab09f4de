package dev.afina.internal.json;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;

/**
 * Lets Gson write a result as the map of its members, and refuse to read one. Subclasses have a
 * constructor without arguments, by which Gson makes them.
 *
 * @param <R> the results
 */
public abstract class WrittenOnly<R> implements TypeAdapterFactory {
  private final Class<R> results;
  private final Function<R, Map<String, Object>> members;

  protected WrittenOnly(Class<R> results, Function<R, Map<String, Object>> members) {
    this.results = results;
    this.members = members;
  }

  @Override
  public final <T> TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
    return new TypeAdapter<>() {
      @Override
      public void write(JsonWriter out, T value) throws IOException {
        if (value == null) {
          out.nullValue();
        } else {
          gson.toJson(members.apply(results.cast(value)), Map.class, out);
        }
      }

      @Override
      public T read(JsonReader in) {
        throw new JsonParseException(
            type.getRawType().getSimpleName()
                + ": is written as JSON and not read from it; read a Map, or a type of your own");
      }
    };
  }
}
