package dev.afina.parquet;

import java.util.List;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/**
 * How the values of a column are stored: as single values or as lists, which have three layouts:
 *
 * <pre>{@code
 * optional group labels (LIST) { repeated group list { optional int64 element; } }   // the format's
 * optional group labels (LIST) { repeated int64 array; }                             // older writers'
 * repeated int64 labels;                                                             // Protocol Buffers'
 * }</pre>
 *
 * @param path the path of the values, beginning with the column's name
 * @param meaning what the values stand for
 * @param isList whether each row has a list of values
 * @param list definition levels below this mean a null list
 * @param item definition levels from {@code list} up to, but not including, this mean an empty list
 */
record ColumnShape(List<String> path, Meaning meaning, boolean isList, int list, int item) {

  /**
   * The shape of a column.
   *
   * @throws Refused if its values are neither single values nor lists of them, or of a type that is
   *     not read
   */
  static ColumnShape of(Type column) throws Refused {
    String name = column.getName();
    if (column.isPrimitive()) {
      return column.isRepetition(Repetition.REPEATED)
          ? listOf(column, 0, name)
          : new ColumnShape(List.of(name), Meaning.of(column.asPrimitiveType(), name), false, 0, 0);
    }
    GroupType group = column.asGroupType();
    if (!column.isRepetition(Repetition.REPEATED)
        && group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
        && group.getFieldCount() == 1
        && group.getType(0).isRepetition(Repetition.REPEATED)) {
      Type repeated = group.getType(0);
      int list = column.isRepetition(Repetition.OPTIONAL) ? 1 : 0;
      if (repeated.isPrimitive()) {
        return listOf(repeated, list, name, repeated.getName());
      }
      GroupType inner = repeated.asGroupType();
      if (inner.getFieldCount() == 1
          && inner.getType(0).isPrimitive()
          && !inner.getType(0).isRepetition(Repetition.REPEATED)) {
        return listOf(inner.getType(0), list, name, repeated.getName(), inner.getType(0).getName());
      }
    }
    throw new Refused(
        "column \""
            + name
            + "\" is a map, a struct or a list of such, expected single values or lists of them");
  }

  private static ColumnShape listOf(Type item, int list, String... path) throws Refused {
    Meaning meaning = Meaning.of(item.asPrimitiveType(), path[0]);
    return new ColumnShape(List.of(path), meaning, true, list, list + 1);
  }
}
