package dev.afina.tokenization;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Converts text to the token ids of a checkpoint and back. The ids are exactly those of Hugging
 * Face's tokenizers.
 *
 * <p>Thread safe: share one tokenizer. It may hold native memory, so close it; if you don't, the
 * garbage collector eventually frees it. After {@link #close()}, encoding and decoding throw {@link
 * IllegalStateException}, while vocabulary, special tokens and files remain available.
 *
 * <p>The most common pipelines run in Java. For all others, and for decoding, Hugging Face's native
 * library is loaded on first use. Loading a tokenizer checks its files completely; should the
 * native library reject them nevertheless, the first call that needs it throws {@link
 * java.io.UncheckedIOException}.
 *
 * <p>Any text can be encoded. An unpaired surrogate is read as U+FFFD, as by Java's own encoders;
 * control characters, including NUL, are handled by the model's pipeline. Of the truncation and
 * padding settings in tokenizer.json, only the sides and the padding token are used, and only if
 * tokenizer_config.json does not name them: an encoding is as long as its text, limited only by the
 * {@code maxTokens} of the call.
 */
public final class Tokenizer implements AutoCloseable {

  private static final Cleaner CLEANER = Cleaner.create();

  /** Smaller batches are encoded on the calling thread. */
  private static final int PARALLEL_FROM = 32;

  /**
   * 64 Mi chars: the Rust library needs some fifty bytes per char, and aborts if it runs out of
   * memory.
   */
  private static final int MAX_CHARS = 1 << 26;

  private final NativeTokenizer library;
  private final @Nullable JavaTokenizer java; // null for a pipeline that does not run in Java
  private final int maxChars;
  private final @Nullable CutPoints cuts;
  private final Cleaner.Cleanable cleanable;
  private final Vocabulary vocabulary;
  private final SpecialTokens specialTokens;
  private final SavedFiles files;
  private final int modelMaxLength;
  private final int padTypeId;
  private final Side paddingSide;
  private final Side truncationSide;
  private final int unknownId;
  private final boolean dropsTypes;
  private final boolean secondFirst;
  private final int templateTokens;
  private final int pairTemplateTokens;

  Tokenizer(TokenizerJson json, TokenizerText text, String file) throws IOException {
    Settings settings = json.settings();
    json.require();
    vocabulary = json.vocabulary();
    specialTokens = SpecialTokens.of(json, settings);
    truncationSide = json.truncationSide();
    paddingSide = json.paddingSide();
    padTypeId = json.padding().map(p -> Math.max(0, JsonFile.id(p.get("pad_type_id")))).orElse(0);
    unknownId = json.unknownId();
    library = new NativeTokenizer(text, file);
    java = JavaPipelines.of(json);
    if (java == null) {
      text.make(json);
      library.build();
    }
    maxChars = MAX_CHARS / json.normalizers().growth();
    cuts = CutPoints.of(json);
    NativeTokenizer toFree = library;
    cleanable = CLEANER.register(this, toFree::close);
    boolean givesTypes = settings.givesTypes();
    boolean hasTypes = json.templates().haveTypes();
    dropsTypes = hasTypes && !givesTypes;
    secondFirst = json.templates().haveSecondFirst();
    templateTokens = tokens("", null, false).count(-1);
    pairTemplateTokens = tokens("", "", false).count(-1);
    modelMaxLength = settings.modelMaxLength(pairTemplateTokens + 1);
    files = new SavedFiles(text, SavedConfig.of(json, specialTokens, hasTypes, givesTypes));
  }

  /** Frees nothing, but keeps the owner reachable: collecting it would free the library. */
  private record Borrowed(Tokenizer owner) implements Cleaner.Cleanable {
    @Override
    public void clean() {}
  }

  /** See {@link #shared()}. */
  private Tokenizer(Tokenizer owner) {
    library = owner.library;
    java = owner.java;
    maxChars = owner.maxChars;
    cuts = owner.cuts;
    cleanable = new Borrowed(owner);
    vocabulary = owner.vocabulary;
    specialTokens = owner.specialTokens;
    files = owner.files;
    modelMaxLength = owner.modelMaxLength;
    padTypeId = owner.padTypeId;
    paddingSide = owner.paddingSide;
    truncationSide = owner.truncationSide;
    unknownId = owner.unknownId;
    dropsTypes = owner.dropsTypes;
    secondFirst = owner.secondFirst;
    templateTokens = owner.templateTokens;
    pairTemplateTokens = owner.pairTemplateTokens;
  }

  /**
   * Opens the tokenizer of a checkpoint folder from the first of these files that it finds:
   *
   * <ol>
   *   <li>{@code tokenizer.json}
   *   <li>a SentencePiece Unigram model, if the checkpoint's family uses one: {@code
   *       sentencepiece.bpe.model} (XLM-RoBERTa, CamemBERT), {@code spiece.model} (ALBERT), {@code
   *       spm.model} (DeBERTa-v2 and v3)
   *   <li>{@code vocab.txt} (BERT, DistilBERT, ELECTRA, MPNet). Text is lower-cased, as in
   *       transformers, unless tokenizer_config.json has {@code "do_lower_case": false}
   *   <li>{@code vocab.json} with {@code merges.txt} (RoBERTa, DeBERTa)
   * </ol>
   *
   * <p>{@code tokenizer_config.json}, {@code special_tokens_map.json}, {@code added_tokens.json}
   * and {@code config.json} are read too if they exist; their {@code tokenizer_class} or {@code
   * model_type} determines the family of a vocabulary.
   *
   * @param folder the folder of the checkpoint
   * @return the tokenizer; the caller closes it
   * @throws IOException if none of these files exists, or one is invalid or contradicts another;
   *     the message begins with the file's name
   */
  public static Tokenizer load(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + ": not a folder; expected one with a tokenizer.json");
    }
    try {
      return load(TokenizerFiles.of(folder));
    } catch (IOException e) {
      throw new IOException(folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Opens a tokenizer from files that need not be in a folder, for example from the class path.
   *
   * @param files provides the files by the names listed at {@link #load(Path)}
   * @return the tokenizer; the caller closes it
   * @throws IOException as {@link #load(Path)}
   */
  public static Tokenizer load(TokenizerFiles files) throws IOException {
    return TokenizerLoader.load(files);
  }

  /**
   * A view of this tokenizer for code that does not own it: closing the view does nothing, and it
   * is closed when this tokenizer is.
   */
  public Tokenizer shared() {
    return new Tokenizer(this);
  }

  /**
   * Encodes a text, adding the model's special tokens.
   *
   * @param text the text, which may be empty
   * @param maxTokens the maximum number of tokens, including special tokens. A longer text is
   *     truncated at its end (at its start if tokenizer_config.json has {@code truncation_side:
   *     left} or, if it has no such entry, the truncation section of tokenizer.json says so);
   *     special tokens are kept
   * @return the tokens
   * @throws IllegalArgumentException if {@code maxTokens} leaves no room for a content token
   */
  public Encoding encode(String text, int maxTokens) {
    return encode(text, null, maxTokens, false);
  }

  /**
   * Encodes a pair of texts, adding the model's special tokens.
   *
   * @param text the first text
   * @param pair the second text, or null for none. An empty second text still makes a pair with its
   *     separator, as in transformers
   * @param maxTokens the maximum number of tokens, including special tokens; the longer text is
   *     truncated first (transformers' {@code longest_first})
   * @return the tokens of both texts
   * @throws IllegalArgumentException if {@code maxTokens} leaves no room for a content token
   */
  public Encoding encode(String text, @Nullable String pair, int maxTokens) {
    return encode(text, pair, maxTokens, false);
  }

  /**
   * Encodes like {@link #encode(String, String, int)} and records the position of each token in its
   * text, for highlighting and explanations. Slower, and takes more than twice the memory.
   *
   * @param text the first text
   * @param pair the second text, or null for none
   * @param maxTokens the maximum number of tokens, including special tokens
   * @return the tokens, with {@link Encoding#start} and {@link Encoding#end}
   * @throws IllegalArgumentException if {@code maxTokens} leaves no room for a content token
   */
  public Encoding encodeWithOffsets(String text, @Nullable String pair, int maxTokens) {
    return encode(text, pair, maxTokens, true);
  }

  /**
   * Encodes a text of any length as overlapping windows, so that a model sees all of it. The
   * windows are those of Hugging Face's tokenizers with {@code return_overflowing_tokens}: each has
   * as many tokens as fit, and shares its last ones with the next window.
   *
   * <p>Of a pair only the longer text is divided ({@code only_first} or {@code only_second}). The
   * other text is repeated in each window, truncated to half of the available tokens if it is
   * longer.
   *
   * @param text the first text
   * @param pair the second text, or null for none
   * @param maxTokens the maximum number of tokens in a window, including special tokens
   * @param stride the number of tokens that neighbouring windows share, as in transformers; 0 or
   *     more, and fewer than the tokens of the divided text in a window
   * @param mostWindows the maximum number of windows, 1 or more; the rest of the text is cut off
   * @return the windows; a single one if everything fits
   * @throws IllegalArgumentException if {@code maxTokens} leaves no room for a content token,
   *     {@code stride} leaves no room for a new token, or {@code mostWindows} is less than 1
   */
  public TokenWindows encodeWindows(
      String text, @Nullable String pair, int maxTokens, int stride, int mostWindows) {
    return encodeWindows(text, pair, maxTokens, stride, mostWindows, false);
  }

  /**
   * Encodes a text and, if it is too long, keeps its beginning and its end (C. Sun et al., How to
   * Fine-Tune BERT for Text Classification?, 2019, keep the first 128 and the last 382 of 510
   * content tokens). In a pair each text keeps as many tokens as with {@link #encode(String,
   * String, int)}, divided between its beginning and end in the same proportion.
   *
   * @param text the first text
   * @param pair the second text, or null for none
   * @param maxTokens the maximum number of tokens, including special tokens
   * @param headTokens how many content tokens to take from the beginning, from 0 to {@code
   *     maxTokens} minus the special tokens
   * @return the tokens
   * @throws IllegalArgumentException if {@code maxTokens} leaves no room for a content token, or
   *     {@code headTokens} is out of range
   */
  public Encoding encodeHeadAndTail(
      String text, @Nullable String pair, int maxTokens, int headTokens) {
    return encodeHeadAndTail(text, pair, maxTokens, headTokens, false);
  }

  /**
   * Encodes several texts, in parallel on the common fork-join pool if there are 32 or more.
   *
   * @param texts the texts or pairs
   * @param maxTokens the maximum number of tokens of each, including special tokens
   * @return one encoding per text, in the same order
   * @throws IllegalArgumentException if {@code maxTokens} leaves no room for a content token
   */
  public List<Encoding> encodeAll(List<TextPair> texts, int maxTokens) {
    List<TextPair> copy = List.copyOf(texts);
    // Checked here, because an exception thrown by a worker thread would arrive wrapped.
    library.checkOpen();
    checkRoom(maxTokens, templateTokens);
    if (copy.stream().anyMatch(text -> text.pair() != null)) {
      checkRoom(maxTokens, pairTemplateTokens);
    }
    IntStream range = IntStream.range(0, copy.size());
    if (copy.size() >= PARALLEL_FROM) {
      range = range.parallel();
    }
    return range
        .mapToObj(i -> encode(copy.get(i).text(), copy.get(i).pair(), maxTokens, false))
        .toList();
  }

  /**
   * Pads encodings to the length of the longest one.
   *
   * @param encodings the encodings
   * @return ids, token types and attention mask as rectangular arrays. Padding follows the text, or
   *     precedes it if tokenizer_config.json has {@code padding_side: left}
   * @throws IllegalStateException if lengths differ and the tokenizer has no padding token
   */
  public PaddedBatch pad(List<Encoding> encodings) {
    List<Encoding> copy = List.copyOf(encodings);
    OptionalInt pad = specialTokens.pad();
    if (pad.isEmpty() && copy.stream().mapToInt(Encoding::size).distinct().count() > 1) {
      throw new IllegalStateException(
          "this Tokenizer has no padding token, so texts of different length cannot be padded;"
              + " name one as pad_token in tokenizer_config.json");
    }
    return new PaddedBatch(copy, pad.orElse(0), padTypeId, paddingSide);
  }

  /**
   * Converts token ids back to text, leaving out special tokens.
   *
   * @param ids token ids
   * @return the text that the tokenizer's decoder makes of the tokens; what encoding has removed
   *     (case, accents, some spaces) does not come back
   * @throws IllegalArgumentException if an id is not in the vocabulary
   * @throws java.io.UncheckedIOException if the native library, which is loaded on the first call,
   *     rejects the tokenizer; the message names the file
   */
  public String decode(int[] ids) {
    return decode(ids, true);
  }

  /**
   * Converts token ids back to text, including special tokens such as [CLS].
   *
   * @param ids token ids
   * @return the text
   * @throws IllegalArgumentException if an id is not in the vocabulary
   * @throws java.io.UncheckedIOException as {@link #decode}
   */
  public String decodeWithSpecialTokens(int[] ids) {
    return decode(ids, false);
  }

  /**
   * The tokens of an encoding as they are spelled in the vocabulary, for example {@code ["[CLS]",
   * "play", "##ing", "[SEP]"]}.
   *
   * @param encoding an encoding of this tokenizer
   * @return one string per token
   * @throws IllegalArgumentException if an id is not in the vocabulary
   */
  public List<String> tokens(Encoding encoding) {
    List<String> tokens = new ArrayList<>(encoding.size());
    for (int i = 0; i < encoding.size(); i++) {
      tokens.add(token(encoding.id(i)));
    }
    return List.copyOf(tokens);
  }

  /**
   * The token with this id, as it is spelled in the vocabulary.
   *
   * @param id a token id
   * @return the token
   * @throws IllegalArgumentException if no token has this id
   */
  public String token(int id) {
    String token = id < 0 || id >= vocabulary.size() ? null : vocabulary.token(id);
    if (token == null) {
      throw new IllegalArgumentException(
          "id: " + id + " is not in the vocabulary, which has ids 0 to " + (vocabulary.size() - 1));
    }
    return token;
  }

  /**
   * The id of a token.
   *
   * @param token a token as it is spelled in the vocabulary, for example {@code ##ing}
   * @return its id; empty if it is not in the vocabulary
   */
  public OptionalInt id(String token) {
    return vocabulary.find(token);
  }

  /**
   * The size of the vocabulary.
   *
   * @return one more than the highest id, added tokens included; the model's embedding table needs
   *     at least this many rows
   */
  public int vocabularySize() {
    return vocabulary.size();
  }

  /**
   * The ids of special tokens such as [CLS] and [SEP].
   *
   * @return the special tokens of this tokenizer
   */
  public SpecialTokens specialTokens() {
    return specialTokens;
  }

  /**
   * The number of special tokens added to a single text. {@code maxTokens} must be greater.
   *
   * @return for example 2 for BERT and RoBERTa
   */
  public int specialTokensOfText() {
    return templateTokens;
  }

  /**
   * The number of special tokens added to a pair. {@code maxTokens} must be greater.
   *
   * @return for example 3 for BERT and 4 for RoBERTa
   */
  public int specialTokensOfPair() {
    return pairTemplateTokens;
  }

  /**
   * The maximum input length of the model: {@code model_max_length} in tokenizer_config.json.
   *
   * @return the number of tokens, including special tokens; {@link Integer#MAX_VALUE} if it is not
   *     known
   */
  public int modelMaxLength() {
    return modelMaxLength;
  }

  /**
   * The files of this tokenizer for a saved model, readable here and by transformers: {@code
   * tokenizer.json}, without truncation and padding settings, and {@code tokenizer_config.json}.
   *
   * @return the content of each file, to be written as UTF-8, by file name
   */
  public Map<String, String> files() {
    return files.get();
  }

  /**
   * Writes {@link #files()} into a folder.
   *
   * @param folder the folder, which is created if necessary; existing files of these names are
   *     replaced
   * @throws IOException if writing fails
   */
  public void save(Path folder) throws IOException {
    Map<String, String> files = files();
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, String> file : files.entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new IOException(
          folder + ": the tokenizer cannot be written there (" + e + "); choose another folder", e);
    }
  }

  /** Frees the native memory, after waiting for calls in progress. Closing again has no effect. */
  @Override
  public void close() {
    cleanable.clean();
  }

  private Encoding encode(String text, @Nullable String pair, int maxTokens, boolean withOffsets) {
    Objects.requireNonNull(text, "text: null; an empty text is legal, a null one is not");
    Excerpt first = Excerpt.first(text, maxTokens, cuts, truncationSide);
    Excerpt second = pair == null ? null : Excerpt.first(pair, maxTokens, cuts, truncationSide);
    return encode(text, first, pair, second, maxTokens, withOffsets);
  }

  /** Encodes texts of which excerpts are tokenized first, longer ones if those are too short. */
  Encoding encode(
      String text,
      Excerpt first,
      @Nullable String pair,
      @Nullable Excerpt second,
      int maxTokens,
      boolean withOffsets) {
    if (pair == null || second == null) {
      checkRoom(maxTokens, templateTokens);
      return encodeOne(text, first, maxTokens - templateTokens, withOffsets);
    }
    checkRoom(maxTokens, pairTemplateTokens);
    return encodeTwo(text, first, pair, second, maxTokens, withOffsets);
  }

  /** Windows whose tokens have places where that is asked for. */
  TokenWindows encodeWindows(
      String text,
      @Nullable String pair,
      int maxTokens,
      int stride,
      int mostWindows,
      boolean withOffsets) {
    Objects.requireNonNull(text, "text: null; an empty text is legal, a null one is not");
    int room = room(maxTokens, pair != null);
    int most = pair == null ? room : room - room / 2; // what the other text leaves at least
    if (stride < 0 || stride >= most) {
      throw new IllegalArgumentException(
          "stride: expected 0 to %s, got %s: a window of %s tokens has at least %s of the text, and the next one has to begin with a new one"
              .formatted(most - 1, stride, maxTokens, most));
    }
    if (mostWindows < 1) {
      throw new IllegalArgumentException("windows: expected 1 or more, got " + mostWindows);
    }
    return new LongTexts(this, cuts, truncationSide, secondFirst)
        .windows(text, pair, room, stride, mostWindows, withOffsets);
  }

  /** Head and tail whose tokens have places where that is asked for. */
  Encoding encodeHeadAndTail(
      String text, @Nullable String pair, int maxTokens, int headTokens, boolean withOffsets) {
    Objects.requireNonNull(text, "text: null; an empty text is legal, a null one is not");
    int room = room(maxTokens, pair != null);
    if (headTokens < 0 || headTokens > room) {
      throw new IllegalArgumentException(
          "headTokens: expected 0 to %s, which fit beside the special tokens into %s, got %s"
              .formatted(room, maxTokens, headTokens));
    }
    return new LongTexts(this, cuts, truncationSide, secondFirst)
        .headAndTail(text, pair, room, headTokens, withOffsets);
  }

  /** How many content tokens fit. */
  private int room(int maxTokens, boolean isPair) {
    int special = isPair ? pairTemplateTokens : templateTokens;
    checkRoom(maxTokens, special);
    return maxTokens - special;
  }

  private Encoding encodeOne(String text, Excerpt first, int room, boolean withOffsets) {
    Excerpt excerpt = first;
    Tokens all = tokens(excerpt.text(), null, withOffsets);
    while (!excerpt.whole() && all.count(0) <= room) {
      excerpt = excerpt.longer(text, cuts, truncationSide);
      all = tokens(excerpt.text(), null, withOffsets);
    }
    int count = all.count(0);
    return cut(all, Truncation.longestFirst(count, 0, room), count, 0, excerpt, null);
  }

  private Encoding encodeTwo(
      String text, Excerpt first, String pair, Excerpt second, int maxTokens, boolean withOffsets) {
    boolean longTexts = !first.whole() || !second.whole();
    Tokens all = tokens(first.text(), second.text(), withOffsets || longTexts);
    Excerpt a = first;
    Excerpt b = second;
    while (longTexts) {
      boolean enoughOfA = a.whole() || isEnough(all, 0, a, maxTokens);
      boolean enoughOfB = b.whole() || isEnough(all, 1, b, maxTokens);
      if (enoughOfA && enoughOfB) {
        break;
      }
      a = enoughOfA ? a : a.longer(text, cuts, truncationSide);
      b = enoughOfB ? b : b.longer(pair, cuts, truncationSide);
      all = tokens(a.text(), b.text(), true);
    }
    int firsts = all.count(0);
    int seconds = all.count(1);
    int room = maxTokens - pairTemplateTokens;
    Truncation keep = Truncation.longestFirst(firsts, seconds, room);
    if (room % 2 == 1 && firsts >= maxTokens && seconds >= maxTokens) {
      Tokens placed = all.places() == null ? tokens(a.text(), b.text(), true) : all;
      keep =
          Truncation.longestFirst(
              seen(placed, 0, a.text(), maxTokens), seen(placed, 1, b.text(), maxTokens), room);
    }
    return cut(withOffsets ? all : all.withoutPlaces(), keep, firsts, seconds, a, b);
  }

  /**
   * All tokens of well-formed texts: by the tokenizer in Java if it can, else by the native one.
   */
  Tokens tokens(String text, @Nullable String pair, boolean withPlaces) {
    library.checkOpen();
    checkLength(text);
    if (pair != null) {
      checkLength(pair);
    }
    Tokens tokens = java == null ? null : java.encode(text, pair, withPlaces);
    Tokens all = tokens == null ? library.encode(text, pair, withPlaces) : tokens;
    return dropsTypes ? all.withoutTypes() : all;
  }

  /** For the tests: null if this pipeline is none that runs in Java. */
  @Nullable JavaTokenizer inJava() {
    return java;
  }

  /** For the tests: what the tokenizer in Java must equal, unless its scores are others. */
  NativeTokenizer oracle() {
    return library;
  }

  private void checkLength(String text) {
    if (text.length() > maxChars) {
      throw new IllegalArgumentException(
          "text: "
              + text.length()
              + " chars, at most "
              + maxChars
              + " can be tokenized at once; cut it first");
    }
  }

  /**
   * Whether an excerpt shows all that decides how much of its text is kept: more tokens than fit,
   * and the end of the word at which Hugging Face's library stops to look.
   */
  private boolean isEnough(Tokens all, int sequence, Excerpt excerpt, int maxTokens) {
    return seen(all, sequence, excerpt.text(), maxTokens) < all.count(sequence);
  }

  private static void checkRoom(int maxTokens, int special) {
    if (maxTokens <= special) {
      throw new IllegalArgumentException(
          "maxTokens: "
              + maxTokens
              + ", at least "
              + (special + 1)
              + " are needed: "
              + special
              + " special tokens and one of the text");
    }
  }

  /** The tokens of one of two texts as far as Hugging Face's library would look at them. */
  private int seen(Tokens all, int sequence, String text, int maxTokens) {
    Tokens.Places places = Objects.requireNonNull(all.places());
    int[] own =
        IntStream.range(0, all.size()).filter(i -> all.sequences()[i] == sequence).toArray();
    int[] words = new int[own.length];
    boolean[] added = new boolean[own.length];
    for (int i = 0; i < own.length; i++) {
      words[i] = places.words()[own[i]];
      int id = all.ids()[own[i]];
      if (vocabulary.isAdded(id)) {
        // The unknown token is an added token too, but stands mostly for a word that is no token.
        String written =
            text.substring(places.offsets()[2 * own[i]], places.offsets()[2 * own[i] + 1]);
        added[i] =
            (id != specialTokens.unk().orElse(-1) && id != unknownId)
                || written.strip().equals(vocabulary.token(id));
      }
    }
    return Truncation.seen(words, added, maxTokens, truncationSide);
  }

  /** Keeps what fits: all special tokens, and of each text as many as longest_first allows. */
  private Encoding cut(
      Tokens all, Truncation keep, int firsts, int seconds, Excerpt text, @Nullable Excerpt pair) {
    Tokens.Places places = all.places();
    int lost = firsts + seconds - keep.first() - keep.second();
    int size = all.size() - lost;
    int[] ids = new int[size];
    byte[] typeIds = new byte[size];
    byte[] sequences = new byte[size];
    int[] offsets = places == null ? null : new int[2 * size];
    int[] from = {0, 0};
    int[] to = {keep.first(), keep.second()};
    if (truncationSide == Side.LEFT) {
      from = new int[] {firsts - keep.first(), seconds - keep.second()};
      to = new int[] {firsts, seconds};
    }
    int[] seen = {0, 0};
    int at = 0;
    for (int i = 0; i < all.size(); i++) {
      int sequence = all.sequences()[i];
      if (sequence >= 0) {
        int place = seen[sequence]++;
        if (place < from[sequence] || place >= to[sequence]) {
          continue;
        }
      }
      ids[at] = all.ids()[i];
      typeIds[at] = all.typeIds()[i];
      sequences[at] = all.sequences()[i];
      if (offsets != null && places != null && sequence >= 0) {
        int start = sequence == 0 || pair == null ? text.start() : pair.start();
        offsets[2 * at] = start + places.offsets()[2 * i];
        offsets[2 * at + 1] = start + places.offsets()[2 * i + 1];
      }
      at++;
    }
    boolean whole = text.whole() && (pair == null || pair.whole());
    return new Encoding(ids, typeIds, sequences, offsets, lost, whole);
  }

  private String decode(int[] ids, boolean skipSpecialTokens) {
    long[] longs = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      token(ids[i]); // the library would leave an unknown id out without a word
      longs[i] = ids[i];
    }
    return library.decode(longs, skipSpecialTokens);
  }
}
