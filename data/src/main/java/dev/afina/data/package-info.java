/**
 * Data sets of texts with labels, lists of labels or numbers: {@link dev.afina.data.Dataset} in
 * memory, read from CSV, JSON Lines or Parquet, from a file or from the Hugging Face Hub. No
 * tensors, no model.
 */
@NullMarked
package dev.afina.data;

import org.jspecify.annotations.NullMarked;
