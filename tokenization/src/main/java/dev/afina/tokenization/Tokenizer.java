package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.afina.tokenization.SpecialTokens.Role;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns text into the token ids that a checkpoint was trained with, and back: the same ids, to the
 * last one, as Hugging Face's tokenizers give.
 *
 * <p>One tokenizer may serve any number of threads. It holds native memory: close it, or leave it
 * to the garbage collector, which frees it later. After {@link #close()} encoding and decoding
 * throw {@link IllegalStateException}; what was read from the files may still be asked.
 *
 * <p>What is loaded has passed every check of this library. Hugging Face's native library, which
 * decodes and encodes what the tokenizer in Java does not know, is built when it is first needed:
 * if it refused what passed, that call would throw {@link java.io.UncheckedIOException}.
 *
 * <p>Texts may hold anything. Half a surrogate pair, which is no character, is read as U+FFFD, as
 * Java's own encoders do; NUL and other control characters are what the model's pipeline makes of
 * them. The truncation and padding that a tokenizer.json may fix are ignored: an encoding is as
 * long as its text, cut only by the maxTokens of the call.
 */
public final class Tokenizer implements AutoCloseable {

  private static final Cleaner CLEANER = Cleaner.create();

  /** Under this many texts a batch is encoded on the calling thread. */
  private static final int PARALLEL_FROM = 32;

  /** 64 Mi chars: the Rust side needs some fifty bytes for each, and aborts when memory ends. */
  private static final int MAX_CHARS = 1 << 26;

  private final NativeTokenizer library;
  private final @Nullable JavaTokenizer java; // null for a pipeline that is not known in Java
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
  private final int templateTokens;
  private final int pairTemplateTokens;

  private Tokenizer(TokenizerJson json, TokenizerText text, String file, Settings settings)
      throws IOException {
    json.require();
    vocabulary = json.vocabulary();
    specialTokens = specialTokens(json, settings);
    truncationSide = settings.side("truncation_side");
    paddingSide = settings.side("padding_side");
    padTypeId = json.padding().map(p -> Math.max(0, JsonFile.id(p.get("pad_type_id")))).orElse(0);
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
    templateTokens = tokens("", null, false).count(-1);
    Tokens emptyPair = tokens("", "", false);
    pairTemplateTokens = emptyPair.count(-1);
    modelMaxLength = settings.modelMaxLength(pairTemplateTokens + 1);
    files = new SavedFiles(text, savedConfig(json, settings, hasTypes(emptyPair)));
  }

  /** Frees nothing, and keeps the owner from being collected, which would free the library. */
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
    templateTokens = owner.templateTokens;
    pairTemplateTokens = owner.pairTemplateTokens;
  }

  /**
   * Opens the tokenizer of a checkpoint folder.
   *
   * @param folder a folder with {@code tokenizer.json}, or with {@code vocab.txt} (BERT,
   *     DistilBERT, ELECTRA, MPNet), or with {@code vocab.json} and {@code merges.txt} (RoBERTa,
   *     DeBERTa), or with a SentencePiece model of the kind Unigram: {@code
   *     sentencepiece.bpe.model} (XLM-RoBERTa, CamemBERT), {@code spiece.model} (ALBERT), {@code
   *     spm.model} (DeBERTa-v2 and v3); the first that is there is used. {@code
   *     tokenizer_config.json}, {@code special_tokens_map.json}, {@code added_tokens.json} and
   *     {@code config.json} are read when they are there; of which family a vocabulary is, the
   *     tokenizer_class or model_type in them tells. A bare {@code vocab.txt} lower-cases, as in
   *     transformers, until tokenizer_config.json says {@code "do_lower_case": false}.
   * @return the tokenizer; the caller closes it
   * @throws IOException when none of the files is there, or one is broken or contradicts another;
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
   * Opens a tokenizer whose files come from anywhere, for example from the class path.
   *
   * @param files where to look; see {@link #load(Path)} for the names
   * @return the tokenizer; the caller closes it
   * @throws IOException as {@link #load(Path)}
   */
  public static Tokenizer load(TokenizerFiles files) throws IOException {
    Settings settings = Settings.read(files);
    Optional<byte[]> json = JsonFile.bytes(files, TokenizerJson.FILE);
    if (json.isPresent()) {
      byte[] own = json.get().clone(); // kept until it is saved
      return open(
          () -> TokenizerContent.parse(JsonFile.text(own, TokenizerJson.FILE), TokenizerJson.FILE),
          TokenizerJson.FILE,
          settings);
    }
    if (settings.opening().isUnigram()) {
      return loadSentencePiece(files, settings);
    }
    Optional<String> vocabTxt = JsonFile.text(files, VocabularyFiles.VOCAB_TXT);
    if (vocabTxt.isPresent()) {
      Settings wordPiece = VocabularyFiles.wordPieceSettings(settings);
      return open(
          () -> VocabularyFiles.wordPiece(vocabTxt.get(), wordPiece),
          VocabularyFiles.VOCAB_TXT,
          wordPiece);
    }
    Optional<String> vocabJson = JsonFile.text(files, VocabularyFiles.VOCAB_JSON);
    Optional<String> merges = JsonFile.text(files, VocabularyFiles.MERGES);
    if (vocabJson.isPresent() && merges.isPresent()) {
      Settings byteLevel = VocabularyFiles.byteLevelSettings(settings);
      return open(
          () -> VocabularyFiles.byteLevelBpe(vocabJson.get(), merges.get(), byteLevel),
          VocabularyFiles.VOCAB_JSON,
          byteLevel);
    }
    throw new IOException(
        "no tokenizer: expected tokenizer.json, or vocab.txt, or vocab.json with merges.txt"
            + (vocabJson.isPresent() ? "; merges.txt is missing" : "")
            + (merges.isPresent() ? "; vocab.json is missing" : "")
            + SentencePieceFiles.unread(files));
  }

  /**
   * This tokenizer for somebody who does not own it: what is returned does nothing at its {@code
   * close()}, and is closed when this one is.
   */
  public Tokenizer shared() {
    return new Tokenizer(this);
  }

  /**
   * Encodes one text with the model's special tokens around it.
   *
   * @param text the text; empty is legal
   * @param maxTokens the most tokens to give, special ones included; content beyond is cut at the
   *     end (at the start when tokenizer_config.json says truncation_side left), special tokens
   *     never
   * @return the tokens
   * @throws IllegalArgumentException when maxTokens leaves no room for one content token
   */
  public Encoding encode(String text, int maxTokens) {
    return encode(text, null, maxTokens, false);
  }

  /**
   * Encodes a text and a second one that belongs to it.
   *
   * @param text the first text
   * @param pair the second text, or null for none. An empty one is still a pair (with its
   *     separator), as in a batch given to transformers.
   * @param maxTokens the most tokens to give, special ones included; the longer text is cut first
   *     (longest_first in transformers)
   * @return the tokens of both
   * @throws IllegalArgumentException when maxTokens leaves no room for one content token
   */
  public Encoding encode(String text, @Nullable String pair, int maxTokens) {
    return encode(text, pair, maxTokens, false);
  }

  /**
   * Encodes like {@link #encode(String, String, int)} and keeps where each token lies in its text.
   * Slower and four times as big; for highlighting and explanations.
   *
   * @param text the first text
   * @param pair the second text, or null
   * @param maxTokens the most tokens to give, special ones included
   * @return the tokens, with {@link Encoding#start} and {@link Encoding#end}
   * @throws IllegalArgumentException when maxTokens leaves no room for one content token
   */
  public Encoding encodeWithOffsets(String text, @Nullable String pair, int maxTokens) {
    return encode(text, pair, maxTokens, true);
  }

  /**
   * Encodes a text of any length as windows that overlap, so that a model sees all of it. They are
   * those of Hugging Face's tokenizers with {@code return_overflowing_tokens}: each has as many
   * tokens as fit, and shares the last of them with the next one.
   *
   * <p>Of a pair the longer text is divided ({@code only_first}, or {@code only_second} where that
   * is longer), and the other one stands in each window, with at most half of the room.
   *
   * @param text the first text
   * @param pair the second text, or null for none
   * @param maxTokens the most tokens of a window, special ones included
   * @param stride how many tokens neighbouring windows share, as transformers calls it; 0 or more,
   *     and fewer than a window has of the text
   * @param mostWindows 1 or more; what would need more is cut
   * @return the windows; one where all fits
   * @throws IllegalArgumentException when maxTokens leaves no room for one content token, or the
   *     stride none for a new one
   */
  public TokenWindows encodeWindows(
      String text, @Nullable String pair, int maxTokens, int stride, int mostWindows) {
    return encodeWindows(text, pair, maxTokens, stride, mostWindows, false);
  }

  /**
   * Encodes a text by its beginning and its end, where it is too long; see Sun et al. 2019 (arXiv
   * 1905.05583), who keep the first 128 and the last 382 of 510 content tokens. Of a pair each text
   * keeps as many tokens as with {@link #encode(String, String, int)}, the beginning of it in
   * proportion.
   *
   * @param text the first text
   * @param pair the second text, or null for none
   * @param maxTokens the most tokens to give, special ones included
   * @param headTokens how many content tokens are of the beginning, from 0 to those that fit
   * @return the tokens
   * @throws IllegalArgumentException when maxTokens leaves no room for one content token, or
   *     headTokens is out of range
   */
  public Encoding encodeHeadAndTail(
      String text, @Nullable String pair, int maxTokens, int headTokens) {
    return encodeHeadAndTail(text, pair, maxTokens, headTokens, false);
  }

  /**
   * Encodes many texts, on all cores (the common fork-join pool) when they are many.
   *
   * @param texts the texts
   * @param maxTokens the most tokens of each, special ones included
   * @return one encoding per text, in the same order
   * @throws IllegalArgumentException when maxTokens leaves no room for one content token
   */
  public List<Encoding> encodeAll(List<TextPair> texts, int maxTokens) {
    List<TextPair> copy = List.copyOf(texts);
    // Here and not in each call: what a worker thread throws arrives wrapped.
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
   * Lays encodings side by side, filled up with the padding token to the longest of them.
   *
   * @param encodings the encodings
   * @return ids, types and mask as rectangles; pads stand after the text, or before it when
   *     tokenizer_config.json says padding_side left
   * @throws IllegalStateException when lengths differ and the tokenizer has no padding token
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
   * The text of tokens, special tokens left out.
   *
   * @param ids token ids
   * @return the text as the tokenizer's decoder puts it together: what the pipeline took away
   *     (case, accents, some spaces) does not come back
   * @throws IllegalArgumentException when an id is not in the vocabulary
   * @throws java.io.UncheckedIOException when the native library, which decodes and is built at the
   *     first call, refuses the tokenizer; names the file
   */
  public String decode(int[] ids) {
    return decode(ids, true);
  }

  /**
   * The text of tokens, special tokens such as [CLS] included.
   *
   * @param ids token ids
   * @return the text
   * @throws IllegalArgumentException when an id is not in the vocabulary
   * @throws java.io.UncheckedIOException as {@link #decode}
   */
  public String decodeWithSpecialTokens(int[] ids) {
    return decode(ids, false);
  }

  /**
   * The tokens of an encoding as the vocabulary writes them, for example {@code ["[CLS]", "play",
   * "##ing", "[SEP]"]}.
   *
   * @param encoding an encoding of this tokenizer
   * @return one string per token
   * @throws IllegalArgumentException when an id is not in the vocabulary
   */
  public List<String> tokens(Encoding encoding) {
    List<String> tokens = new ArrayList<>(encoding.size());
    for (int i = 0; i < encoding.size(); i++) {
      tokens.add(token(encoding.id(i)));
    }
    return List.copyOf(tokens);
  }

  /**
   * The token of an id as the vocabulary writes it.
   *
   * @param id a token id
   * @return the token
   * @throws IllegalArgumentException when no token has this id
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
   * @param token a token as the vocabulary writes it, for example {@code ##ing}
   * @return its id, or empty when the vocabulary does not have it
   */
  public OptionalInt id(String token) {
    return vocabulary.find(token);
  }

  /**
   * How many ids there are.
   *
   * @return one more than the highest id, added tokens included: the embedding table needs at least
   *     so many rows
   */
  public int vocabularySize() {
    return vocabulary.size();
  }

  /**
   * The ids of [CLS], [SEP] and their like.
   *
   * @return those that this tokenizer has
   */
  public SpecialTokens specialTokens() {
    return specialTokens;
  }

  /**
   * How many special tokens surround one text: the smallest sensible maxTokens is one more.
   *
   * @return 2 for BERT and RoBERTa
   */
  public int specialTokensOfText() {
    return templateTokens;
  }

  /**
   * How many special tokens surround a text and its pair.
   *
   * @return 3 for BERT, 4 for RoBERTa
   */
  public int specialTokensOfPair() {
    return pairTemplateTokens;
  }

  /**
   * The longest input by tokenizer_config.json (model_max_length).
   *
   * @return tokens, special ones included; {@link Integer#MAX_VALUE} when it is not known
   */
  public int modelMaxLength() {
    return modelMaxLength;
  }

  /**
   * What a saved model needs to be opened again, here and by transformers: {@code tokenizer.json}
   * (without truncation and padding of its own) and {@code tokenizer_config.json}, by file name.
   *
   * @return the content of each file, to be written as UTF-8
   */
  public Map<String, String> files() {
    return files.get();
  }

  /**
   * Writes {@link #files()} into a folder.
   *
   * @param folder the folder; made when it is not there. Files of these names are replaced.
   * @throws IOException when writing fails
   */
  public void save(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> file : files().entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue(), StandardCharsets.UTF_8);
    }
  }

  /** Frees the native memory; waits for calls in progress. Closing again does nothing. */
  @Override
  public void close() {
    cleanable.clean();
  }

  private static Tokenizer loadSentencePiece(TokenizerFiles files, Settings settings)
      throws IOException {
    String file = settings.opening().vocabularyFile();
    Optional<byte[]> bytes = JsonFile.bytes(files, file);
    if (bytes.isEmpty()) {
      throw new IOException(
          "no tokenizer: expected tokenizer.json, or the "
              + file
              + " that "
              + settings.opening().className()
              + " reads");
    }
    byte[] own = bytes.get().clone(); // kept until it is saved
    SentencePieceFiles model = new SentencePieceFiles(own, settings);
    return open(
        model.content(),
        () -> new SentencePieceFiles(own, settings).content(),
        file,
        model.settings());
  }

  /** What a tokenizer is made of, read from what is in memory. */
  private interface Content {
    TokenizerContent read() throws IOException;
  }

  private static Tokenizer open(Content content, String file, Settings settings)
      throws IOException {
    return open(content.read(), content, file, settings);
  }

  private static Tokenizer open(
      TokenizerContent content, Content again, String file, Settings settings) throws IOException {
    return new Tokenizer(
        new TokenizerJson(content, file, settings),
        new TokenizerText(() -> new TokenizerJson(again.read(), file, settings)),
        file,
        settings);
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
    return new LongTexts(this, cuts, truncationSide)
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
    return new LongTexts(this, cuts, truncationSide)
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
    return tokens == null ? library.encode(text, pair, withPlaces) : tokens;
  }

  /** For the tests: null if this pipeline is none that runs in Java. */
  @Nullable JavaTokenizer inJava() {
    return java;
  }

  /** For the tests: what the tokenizer in Java must equal. */
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

  private static boolean hasTypes(Tokens emptyPair) {
    return IntStream.range(0, emptyPair.size()).anyMatch(i -> emptyPair.typeIds()[i] != 0);
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
            id != specialTokens.unk().orElse(-1) || written.strip().equals(vocabulary.token(id));
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

  /**
   * The special tokens by role: what the files call them; failing that, what tokenizer.json itself
   * tells (its padding section, its unknown token); failing that, the usual names.
   */
  private static SpecialTokens specialTokens(TokenizerJson json, Settings settings)
      throws IOException {
    Map<Role, Integer> ids = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      Settings.Token written = settings.special().get(role);
      if (written != null) {
        Integer id = json.vocabulary().id(written.content());
        if (id != null) {
          ids.put(role, id);
        }
        continue;
      }
      for (String candidate : candidates(role, json)) {
        Integer id = json.vocabulary().id(candidate);
        if (id != null) {
          ids.put(role, id);
          break;
        }
      }
    }
    return new SpecialTokens(ids);
  }

  private static List<String> candidates(Role role, TokenizerJson json) {
    List<String> names = new ArrayList<>();
    if (role == Role.PAD) {
      json.padding().map(padding -> JsonFile.string(padding, "pad_token")).ifPresent(names::add);
    }
    String unknown = json.unknownToken();
    if (role == Role.UNK && unknown != null) {
      names.add(unknown);
    }
    names.addAll(
        switch (role) {
          case PAD -> List.of("[PAD]", "<pad>");
          case CLS -> List.of("[CLS]", "<s>");
          case SEP -> List.of("[SEP]", "</s>");
          case UNK -> List.of("[UNK]", "<unk>");
          case MASK -> List.of("[MASK]", "<mask>");
          case BOS -> List.of("<s>");
          case EOS -> List.of("</s>");
        });
    return names;
  }

  /** The tokenizer_config.json to be saved. */
  private JsonObject savedConfig(TokenizerJson json, Settings settings, boolean hasTypes)
      throws IOException {
    JsonObject config = settings.tokenizerConfig().deepCopy();
    // Where the files lay on the machine that wrote them, and what would now contradict.
    for (String local :
        List.of(
            "name_or_path",
            "tokenizer_file",
            "vocab_file",
            "merges_file",
            "special_tokens_map_file",
            Settings.DECODER, // tokenizer.json has what counts of it
            "is_local",
            "local_files_only")) {
      config.remove(local);
    }
    String type = json.tokenizerClass();
    config.addProperty("tokenizer_class", type);
    json.describePipeline(config);
    for (Role role : Role.values()) {
      OptionalInt id = specialTokens.id(role);
      Settings.Token written = settings.special().get(role);
      if (written != null) {
        JsonElement flags = written.flags();
        config.add(role.key(), flags == null ? new JsonPrimitive(written.content()) : flags);
      } else if (id.isPresent()) {
        config.addProperty(role.key(), token(id.getAsInt()));
      }
    }
    if (!settings.opening().moreDefaults().isEmpty() && !settings.listsMoreSpecial()) {
      // Listed, they keep transformers from adding its own.
      JsonArray more = new JsonArray();
      settings.moreSpecialOrDefaults().forEach(token -> more.add(token.content()));
      config.add(Settings.EXTRA, more);
    }
    if (hasTypes && type.equals("PreTrainedTokenizerFast") && !config.has("model_input_names")) {
      JsonArray names = new JsonArray();
      for (String name : List.of("input_ids", "token_type_ids", "attention_mask")) {
        names.add(name);
      }
      config.add("model_input_names", names);
    }
    return config;
  }
}
