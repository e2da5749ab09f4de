package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.afina.tokenization.ComponentJson.Special;
import dev.afina.tokenization.SentencePieceModel.Piece;
import dev.afina.tokenization.SpecialTokens.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the content of a tokenizer.json from a SentencePiece model, as transformers 5 converts it
 * for XLM-RoBERTa, CamemBERT, ALBERT and DeBERTa-v2.
 */
final class SentencePieceFiles {

  /** The names under which checkpoints have such a model. */
  static final List<String> NAMES = List.of("sentencepiece.bpe.model", "spiece.model", "spm.model");

  /** A template of their own, which these switches ask for, is not built here. */
  private static final Set<String> TEMPLATE_SWITCHES = Set.of("add_bos_token", "add_eos_token");

  private final Settings settings;
  private final String file;
  private final SentencePieceModel model;
  private final List<String> pieces = new ArrayList<>();
  private final List<String> scores = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();

  /**
   * Reads a model.
   *
   * @param bytes the model
   * @param settings of a class that reads such a model
   */
  SentencePieceFiles(byte[] bytes, Settings settings) throws IOException {
    this.file = settings.family().vocabularyFile();
    this.model = SentencePieceModel.read(bytes, file);
    this.settings = withPiecesAsTokens(model, settings);
  }

  /**
   * The settings with the special tokens that have no role: what tokenizer_config.json lists or,
   * failing that, the pieces that the model marks as control symbols or as defined by its user.
   */
  Settings settings() {
    return settings;
  }

  /** The content of a tokenizer.json. */
  TokenizerContent content() throws IOException {
    for (String key : TEMPLATE_SWITCHES) {
      if (settings.has(key) && settings.family() == TokenizerFamily.ALBERT) {
        throw new IOException(
            Settings.CONFIG
                + ": "
                + key
                + " beside "
                + file
                + ", which Afina does not build; remove it or save a tokenizer.json");
      }
    }
    addPieces();
    requireUnknownPiece();
    ModelTokens tokens = ModelTokens.of(pieces, scores, file);
    JsonObject unigram = ComponentJson.typed("Unigram");
    unigram.addProperty(
        "unk_id", RebuiltPipeline.unknownPiece(settings.family(), pieces, scores, settings));
    unigram.add(ModelTokens.KEY, tokens.empty());
    unigram.addProperty("byte_fallback", false);

    JsonArray added = AddedTokens.settle(new JsonArray(), file, settings, ids, pieces.size());
    Special first = special(settings.family().first(), added);
    Special last = special(settings.family().last(), added);
    Pipeline pipeline = Pipeline.of(settings.family(), settings, model.charsmap(), first, last);
    return new TokenizerContent(ComponentJson.tokenizer(added, pipeline, unigram), tokens);
  }

  /** Says which model lies there but belongs to no family; "" when there is none. */
  static String unread(TokenizerFiles files) throws IOException {
    for (String name : NAMES) {
      if (files.read(name).isPresent()) {
        return "; "
            + name
            + " is read for the model_type xlm-roberta, camembert, albert or deberta-v2 of"
            + " config.json only";
      }
    }
    return "";
  }

  private static Settings withPiecesAsTokens(SentencePieceModel model, Settings settings)
      throws IOException {
    if (settings.listsMoreSpecial()) {
      return settings;
    }
    List<Settings.Token> tokens = new ArrayList<>();
    for (Piece piece : model.pieces()) {
      if (piece.isAdded()) {
        JsonObject flags = new JsonObject();
        flags.addProperty("normalized", false);
        flags.addProperty("special", piece.isControl());
        tokens.add(new Settings.Token(piece.text(), flags));
      }
    }
    return settings.withListed(tokens);
  }

  /**
   * fairseq, which trained two of the families, has special tokens of its own before the pieces.
   */
  private void addPieces() {
    int from = 0;
    if (settings.family() == TokenizerFamily.XLM_ROBERTA) {
      for (Role role : List.of(Role.BOS, Role.PAD, Role.EOS, Role.UNK)) {
        add(settings.content(role), 0);
      }
      from = 3; // <unk>, <s> and </s> of the model
    } else if (settings.family() == TokenizerFamily.CAMEMBERT) {
      add("<s>NOTUSED", 0);
      add(settings.content(Role.PAD), 0);
      add("</s>NOTUSED", 0);
      add(settings.content(Role.UNK), 0);
      add("<unk>NOTUSED", -100);
      from = 1; // <unk>
    }
    model.pieces().stream().skip(from).forEach(piece -> add(piece.text(), piece.score()));
    if (from > 0) {
      add(settings.content(Role.MASK), 0);
    }
  }

  /** transformers then takes the piece that the model's trainer named, but not after a save. */
  private void requireUnknownPiece() throws IOException {
    Integer id = ids.get(settings.content(Role.UNK));
    if (settings.family() == TokenizerFamily.DEBERTA_V2
        && (id == null || Double.parseDouble(scores.get(id)) != 0)) {
      throw new IOException(
          file
              + ": no piece \""
              + Quoted.of(settings.content(Role.UNK))
              + "\" with score 0, which "
              + Settings.CONFIG
              + " or special_tokens_map.json name as unk_token; name the unknown piece of the model");
    }
  }

  private void add(String text, double score) {
    ids.put(text, pieces.size());
    pieces.add(text);
    scores.add(Double.toString(score));
  }

  private Special special(Role role, JsonArray added) throws IOException {
    String token = settings.content(role);
    return new Special(token, VocabularyFiles.requireId(role, token, ids, added, file));
  }
}
