/**
 * Data sets of texts and labels: {@link dev.afina.data.Dataset} in memory, read from CSV, JSON
 * Lines or Parquet, from a file or from the Hugging Face Hub. No tensors, no model.
 */
@NullMarked
package dev.afina.data;

import org.jspecify.annotations.NullMarked;
