/**
 * Reads Parquet files for {@code dev.afina.data.Dataset}, which finds this module by {@code
 * ServiceLoader} when it is on the class path: there is nothing to call here.
 *
 * <p>Strings, numbers, truth values and lists of them are read, in the three layouts that lists
 * have, packed by snappy, zstd, gzip or lz4. A file is checked before its decoder sees it: what
 * announces more than the memory or the file can hold is refused in one line. It is a module of its
 * own for its 11 MB of dependencies.
 */
@NullMarked
package dev.afina.parquet;

import org.jspecify.annotations.NullMarked;
