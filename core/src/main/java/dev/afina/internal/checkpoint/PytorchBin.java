package dev.afina.internal.checkpoint;

import dev.afina.CheckpointException;
import dev.afina.internal.files.Excerpt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a file that {@code torch.save} wrote, such as pytorch_model.bin: a zip with a
 * pickle that describes them ({@code archive/data.pkl}) and an entry for each storage ({@code
 * archive/data/0} and so on), whose numbers are read at their place. No pickle is executed, see
 * {@link StateDictPickle}.
 */
final class PytorchBin implements TensorSource {
  private static final String PICKLE = "/data.pkl";

  /** How PyTorch began its files before version 1.6: a pickle of a number that it chose. */
  private static final byte[] OLD_FORMAT = {
    (byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20
  };

  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] LFS_POINTER =
      "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);

  /**
   * All tensors together may take so many times the file: views of one storage share its numbers in
   * the file, and not in a model.
   */
  private static final int MOST_GROWTH = 64;

  private static final String CONVERT =
      "open the model in Python and save it anew: from_pretrained(folder).save_pretrained(folder)";

  private final Content content;
  private final String where;
  private final Map<String, Place> places = new TreeMap<>();
  private final SortedMap<String, TensorInfo> tensors = new TreeMap<>();
  private boolean closed;

  private PytorchBin(Content content, String where) {
    this.content = content;
    this.where = where;
  }

  /**
   * A tensor in the file.
   *
   * @param position where its storage starts
   */
  private record Place(TensorInfo info, TorchView view, long position) {
    long first() {
      return position + view.offset() * info.dtype().bytes();
    }
  }

  /**
   * Reads what the file says of its tensors and takes over the content, which is closed when the
   * file is refused.
   *
   * @throws CheckpointException when it is no such file, holds anything but tensors, or a tensor
   *     has not as many numbers as it says
   */
  static TensorSource source(Content content, String where) throws IOException {
    try {
      PytorchBin source = new PytorchBin(content, where);
      source.open();
      return source;
    } catch (IOException | RuntimeException e) {
      content.close();
      throw e;
    }
  }

  private void open() throws IOException {
    requireZip();
    StoredZip zip = StoredZip.read(content, where);
    SortedMap<String, StoredZip.Range> entries = zip.entries();
    requirePlainArchive(zip);
    String root = root(entries);
    requireLittleEndian(entries.get(root + "/byteorder"));
    StoredZip.Range pickle = entries.get(root + PICKLE);
    if (pickle == null || pickle.length() > StateDictPickle.MOST_BYTES) {
      throw problem(
          "its data.pkl has more than "
              + StateDictPickle.MOST_BYTES
              + " bytes, expected a model's");
    }
    SortedMap<String, TorchView> views =
        StateDictPickle.read(bytes(pickle), where + ": " + root + PICKLE);
    for (Map.Entry<String, TorchView> view : views.entrySet()) {
      Place place = place(view.getKey(), view.getValue(), root, entries);
      places.put(view.getKey(), place);
      tensors.put(view.getKey(), place.info());
    }
    requireBoundedGrowth();
  }

  private void requireZip() throws IOException {
    byte[] start = new byte[(int) Math.min(content.size(), LFS_POINTER.length)];
    content.read(0, ByteBuffer.wrap(start));
    if (startsWith(start, OLD_FORMAT)) {
      throw problem(
          "the format of PyTorch before version 1.6, which is not read, expected the zip of a newer"
              + " one; "
              + CONVERT);
    }
    if (startsWith(start, LFS_POINTER)) {
      throw problem("a pointer of Git LFS in place of the file; fetch it: git lfs pull");
    }
    if (!startsWith(start, ZIP)) {
      throw problem("not a zip file, expected one that torch.save wrote");
    }
  }

  private void requirePlainArchive(StoredZip zip) throws CheckpointException {
    if (zip.entries().keySet().stream().anyMatch(name -> name.endsWith("/constants.pkl"))) {
      throw problem(
          "a program for TorchScript (torch.jit.save), not the weights of a model; " + CONVERT);
    }
    if (!zip.packed().isEmpty()) {
      throw problem(
          "entry "
              + Excerpt.quoted(zip.packed().first())
              + " is compressed or encrypted, expected stored bytes as torch.save writes them");
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  /** The folder of the archive, which torch.save names after the file. */
  private String root(SortedMap<String, StoredZip.Range> entries) throws CheckpointException {
    List<String> pickles =
        entries.keySet().stream()
            .filter(name -> name.indexOf('/') == name.length() - PICKLE.length())
            .filter(name -> name.endsWith(PICKLE))
            .toList();
    if (pickles.size() != 1) {
      throw problem(
          "a zip file with "
              + pickles.size()
              + " entries called FOLDER/data.pkl, expected the one that torch.save writes");
    }
    return pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
  }

  private void requireLittleEndian(StoredZip.@Nullable Range order) throws IOException {
    if (order == null) { // PyTorch before 2.1
      return;
    }
    String name =
        order.length() > 16 ? "?" : StandardCharsets.ISO_8859_1.decode(bytes(order)).toString();
    if (!name.equals("little")) {
      throw problem(
          "numbers in the byte order "
              + Excerpt.quoted(name)
              + ", expected \"little\"; "
              + CONVERT);
    }
  }

  private Place place(
      String name, TorchView view, String root, SortedMap<String, StoredZip.Range> entries)
      throws CheckpointException {
    Pickled.Storage storage = view.storage();
    StoredZip.Range range = entries.get(root + "/data/" + storage.key());
    if (range == null) {
      throw problem(name, "its storage " + Excerpt.quoted(storage.key()) + " is not in the file");
    }
    // Compared by division, which cannot overflow.
    if (storage.elements() != range.length() / storage.dtype().bytes()
        || range.length() % storage.dtype().bytes() != 0) {
      throw problem(
          name,
          "its storage has "
              + range.length()
              + " bytes, but "
              + storage.elements()
              + " elements of "
              + storage.dtype()
              + " by data.pkl");
    }
    try {
      return new Place(view.check(name), view, range.position());
    } catch (IllegalArgumentException e) {
      throw problem(name, Excerpt.of(e.getMessage(), 400));
    }
  }

  private void requireBoundedGrowth() throws CheckpointException {
    double bytes = tensors.values().stream().mapToDouble(TensorInfo::byteCount).sum();
    if (bytes > (double) MOST_GROWTH * content.size()) {
      throw problem(
          "its tensors share so much that they take "
              + (long) bytes
              + " bytes, expected at most "
              + MOST_GROWTH
              + " times the file's "
              + content.size());
    }
  }

  private ByteBuffer bytes(StoredZip.Range range) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) range.length());
    content.read(range.position(), bytes);
    return bytes.flip();
  }

  private CheckpointException problem(String tensor, String what) {
    return problem("tensor " + Excerpt.quoted(tensor) + ": " + what);
  }

  private CheckpointException problem(String what) {
    return new CheckpointException(where + ": " + what);
  }

  @Override
  public String description() {
    return where;
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  @Override
  public ByteBuffer floats(String name) throws IOException {
    Place place = readable(name);
    long bytes = place.view().extent() * place.info().dtype().bytes();
    if (bytes > Integer.MAX_VALUE) {
      throw problem(name, "its elements lie too far from each other to be read at once (2 GiB)");
    }
    ByteBuffer stored = content.range(place.first(), (int) bytes);
    return Floats.copy(
        place.view().isContiguous() ? stored : place.view().gather(stored), place.info().dtype());
  }

  @Override
  public void read(String name, ByteBuffer target) throws IOException {
    Place place = readable(name);
    if (place.view().isContiguous()) {
      Floats.read(content, place.first(), place.info(), target);
    } else {
      TensorSource.super.read(name, target);
    }
  }

  private Place readable(String name) throws CheckpointException {
    if (closed) {
      throw new IllegalStateException("the tensors of " + where + " are closed");
    }
    Place place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException(where + ": no tensor \"" + name + "\"");
    }
    Floats.requireReadable(place.info(), where);
    return place;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    content.close();
  }
}
