package dev.afina.internal.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.afina.internal.engine.PyTorch;
import dev.afina.tokenization.Encoding;
import java.nio.FloatBuffer;
import java.util.BitSet;
import java.util.List;

/**
 * The rows of the word embedding that the training texts use, as a table of their own.
 *
 * <p>The word embedding is half of a small model's parameters, and a row that no text uses has no
 * gradient: without weight decay AdamW leaves it as it is. So only the used rows are trained, and
 * {@link #writeBack} copies them into the whole table. The result is the same but for the order in
 * which the squares of the gradient's norm are added; what is saved is the gradient, the norm and
 * the optimizer's work on rows that would not change.
 */
final class UsedTokens implements AutoCloseable {
  private final NDManager manager;
  private final NDArray all;
  private final int[] tokens;
  private final int[] rowOfToken;
  private final NDArray table;

  /**
   * @param all the whole table (V, H); stays the model's
   * @throws IllegalArgumentException for a token id without a row
   */
  UsedTokens(List<Encoding> texts, NDArray all) {
    this.all = all;
    BitSet used = new BitSet();
    for (Encoding text : texts) {
      for (int i = 0; i < text.size(); i++) {
        used.set(text.id(i));
      }
    }
    int rows = Math.toIntExact(all.getShape().get(0));
    if (used.length() > rows) {
      throw new IllegalArgumentException(
          "token id "
              + (used.length() - 1)
              + " is outside the model's vocabulary of "
              + rows
              + "; tokenizer and model do not belong together");
    }
    this.manager = PyTorch.newManager();
    this.tokens = used.stream().toArray();
    this.rowOfToken = new int[rows];
    for (int row = 0; row < tokens.length; row++) {
      rowOfToken[tokens[row]] = row;
    }
    this.table = manager.create(new Shape(tokens.length, all.getShape().get(1)));
    copyRows(PyTorch.memory(all), true, PyTorch.memory(table));
  }

  /** The used rows (U, H), to be trained in place. */
  NDArray table() {
    return table;
  }

  /** The row of a token that some text uses. */
  int row(int token) {
    return rowOfToken[token];
  }

  /** Copies the rows as they are now into the whole table. */
  void writeBack() {
    copyRows(PyTorch.memory(all), false, PyTorch.memory(table));
  }

  private void copyRows(FloatBuffer whole, boolean fromWhole, FloatBuffer used) {
    int hidden = (int) all.getShape().get(1);
    for (int row = 0; row < tokens.length; row++) {
      FloatBuffer wholeRow = whole.slice(tokens[row] * hidden, hidden);
      FloatBuffer usedRow = used.slice(row * hidden, hidden);
      if (fromWhole) {
        usedRow.put(wholeRow);
      } else {
        wholeRow.put(usedRow);
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
