/** Reads Parquet files for {@link dev.afina.data.Dataset}. Nothing in here is called by users. */
@NullMarked
package dev.afina.parquet;

import org.jspecify.annotations.NullMarked;
