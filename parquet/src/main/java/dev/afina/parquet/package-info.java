/**
 * Reads Parquet files for {@code dev.afina.data.Dataset}, which finds this module on the class path
 * by {@code ServiceLoader}. Programs do not call it.
 *
 * <p>Supports strings, numbers, decimals, dates and times, UUIDs, booleans and lists of these, in
 * all three layouts of lists, compressed with snappy, zstd, gzip or lz4. A file is checked before
 * the decoder sees it: one that claims more than it contains, or than fits into memory, is rejected
 * with a one-line message. A separate module because of its 11 MB of dependencies.
 */
@NullMarked
package dev.afina.parquet;

import org.jspecify.annotations.NullMarked;
