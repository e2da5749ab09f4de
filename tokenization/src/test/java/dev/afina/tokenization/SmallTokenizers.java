package dev.afina.tokenization;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tokenizer.json of each family, as transformers writes it, with a vocabulary of a few tokens:
 * what the list of components must let pass.
 */
final class SmallTokenizers {

  private static final String BERT_TEMPLATE =
      template(
          List.of("[CLS]:0", "A:0", "[SEP]:0"),
          List.of("[CLS]:0", "A:0", "[SEP]:0", "B:1", "[SEP]:1"),
          Map.of("[CLS]", 2, "[SEP]", 3));

  private static final String XLMR_TEMPLATE =
      template(
          List.of("<s>:0", "A:0", "</s>:0"),
          List.of("<s>:0", "A:0", "</s>:0", "</s>:0", "B:0", "</s>:0"),
          Map.of("<s>", 0, "</s>", 2));

  private static final String ROBERTA_PROCESSING =
      "{'type':'RobertaProcessing','sep':['</s>',2],'cls':['<s>',0],'trim_offsets':true,"
          + "'add_prefix_space':false}";

  private static final String BERT_NORMALIZER =
      "{'type':'BertNormalizer','clean_text':true,'handle_chinese_chars':true,"
          + "'strip_accents':null,'lowercase':true}";

  private static final String WORD_PIECE_DECODER =
      "{'type':'WordPiece','prefix':'##','cleanup':true}";

  private static final String BYTE_LEVEL =
      "{'type':'ByteLevel','add_prefix_space':false,'trim_offsets':true,'use_regex':true}";

  private static final String METASPACE =
      "{'type':'Metaspace','replacement':'▁','prepend_scheme':'always','split':true}";

  private static final String SPLIT_METASPACE =
      "{'type':'Sequence','pretokenizers':[{'type':'WhitespaceSplit'}," + METASPACE + "]}";

  private static final String CLIP_EXPRESSION =
      "<\\\\|startoftext\\\\|>|<\\\\|endoftext\\\\|>|\\u0027s|\\u0027t|\\u0027re|\\u0027ve|\\u0027m"
          + "|\\u0027ll|\\u0027d|[\\\\p{L}]+|[\\\\p{N}]|[^\\\\s\\\\p{L}\\\\p{N}]+";

  private SmallTokenizers() {}

  /** By the name of the family. */
  static Map<String, JsonObject> all() throws IOException {
    Map<String, JsonObject> all = new LinkedHashMap<>();
    all.put(
        "bert, distilbert, electra",
        tokenizer(
            BERT_NORMALIZER,
            "{'type':'BertPreTokenizer'}",
            BERT_TEMPLATE,
            WORD_PIECE_DECODER,
            wordPiece(),
            bertTokens()));
    all.put(
        "mpnet",
        tokenizer(
            BERT_NORMALIZER,
            "{'type':'BertPreTokenizer'}",
            ROBERTA_PROCESSING,
            WORD_PIECE_DECODER,
            wordPiece(),
            bertTokens()));
    all.put(
        "roberta",
        tokenizer("null", BYTE_LEVEL, ROBERTA_PROCESSING, BYTE_LEVEL, bpe(""), robertaTokens()));
    all.put(
        "modernbert",
        tokenizer(
            "{'type':'NFC'}",
            BYTE_LEVEL,
            template(
                List.of("<s>:0", "A:0", "</s>:0"),
                List.of("<s>:0", "A:0", "</s>:0", "B:0", "</s>:0"),
                Map.of("<s>", 0, "</s>", 2)),
            BYTE_LEVEL,
            bpe(""),
            robertaTokens()));
    all.put(
        "xlm-roberta, camembert",
        tokenizer(
            precompiled(), SPLIT_METASPACE, XLMR_TEMPLATE, METASPACE, unigram(), robertaTokens()));
    all.put(
        "albert",
        tokenizer(
            "{'type':'Sequence','normalizers':[{'type':'Replace','pattern':{'String':'``'},"
                + "'content':'\\\"'},{'type':'NFKD'},{'type':'StripAccents'},{'type':'Lowercase'},"
                + precompiled()
                + ",{'type':'Replace','pattern':{'Regex':' {2,}'},'content':' '}]}",
            SPLIT_METASPACE,
            XLMR_TEMPLATE,
            METASPACE,
            unigram(),
            robertaTokens()));
    all.put(
        "deberta-v2",
        tokenizer(
            "{'type':'Sequence','normalizers':[{'type':'Replace','pattern':"
                + "{'Regex':'\\\\s{2,}|[\\\\n\\\\r\\\\t]'},'content':' '},{'type':'NFC'},"
                + "{'type':'Strip','strip_left':false,'strip_right':true}]}",
            "{'type':'Sequence','pretokenizers':["
                + METASPACE
                + ",{'type':'Punctuation','behavior':'Isolated'},"
                + "{'type':'Digits','individual_digits':true}]}",
            XLMR_TEMPLATE,
            METASPACE,
            unigram(),
            robertaTokens()));
    all.put(
        "clip",
        tokenizer(
            "{'type':'Sequence','normalizers':[{'type':'NFC'},{'type':'Replace','pattern':"
                + "{'Regex':'\\\\s+'},'content':' '},{'type':'Lowercase'}]}",
            "{'type':'Sequence','pretokenizers':[{'type':'Split','pattern':{'Regex':'"
                + CLIP_EXPRESSION
                + "'},'behavior':'Removed','invert':true},"
                + BYTE_LEVEL
                + "]}",
            ROBERTA_PROCESSING,
            "{'type':'Sequence','decoders':[{'type':'ByteFallback'},{'type':'Fuse'},"
                + "{'type':'Replace','pattern':{'String':'▁'},'content':' '},"
                + "{'type':'Strip','content':' ','start':1,'stop':0}]}",
            bpe("</w>"),
            robertaTokens()));
    return all;
  }

  private static JsonObject tokenizer(
      String normalizer,
      String preTokenizer,
      String postProcessor,
      String decoder,
      String model,
      String addedTokens) {
    return JsonParser.parseString(
            ("{'version':'1.0','truncation':null,'padding':null,'added_tokens':"
                    + addedTokens
                    + ",'normalizer':"
                    + normalizer
                    + ",'pre_tokenizer':"
                    + preTokenizer
                    + ",'post_processor':"
                    + postProcessor
                    + ",'decoder':"
                    + decoder
                    + ",'model':"
                    + model
                    + "}")
                .replace('\'', '"')
                .replace("\\\\\"", "\\\""))
        .getAsJsonObject();
  }

  private static String template(
      List<String> single, List<String> pair, Map<String, Integer> special) {
    JsonObject tokens = new JsonObject();
    special.forEach(
        (token, id) -> {
          JsonObject entry = new JsonObject();
          entry.addProperty("id", token);
          JsonArray ids = new JsonArray();
          ids.add(id);
          entry.add("ids", ids);
          JsonArray texts = new JsonArray();
          texts.add(token);
          entry.add("tokens", texts);
          tokens.add(token, entry);
        });
    return "{'type':'TemplateProcessing','single':"
        + pieces(single)
        + ",'pair':"
        + pieces(pair)
        + ",'special_tokens':"
        + tokens
        + "}";
  }

  private static JsonArray pieces(List<String> pieces) {
    JsonArray array = new JsonArray();
    for (String text : pieces) {
      String[] parts = text.split(":", -1);
      JsonObject inner = new JsonObject();
      inner.addProperty("id", parts[0]);
      inner.addProperty("type_id", Integer.valueOf(parts[1]));
      JsonObject piece = new JsonObject();
      piece.add(parts[0].length() == 1 ? "Sequence" : "SpecialToken", inner);
      array.add(piece);
    }
    return array;
  }

  private static String added(int id, String content, boolean lstrip, boolean special) {
    return "{'id':"
        + id
        + ",'content':'"
        + content
        + "','single_word':false,'lstrip':"
        + lstrip
        + ",'rstrip':false,'normalized':"
        + !special
        + ",'special':"
        + special
        + "}";
  }

  private static String bertTokens() {
    return "["
        + String.join(
            ",",
            added(1, "[UNK]", false, true),
            added(2, "[CLS]", false, true),
            added(3, "[SEP]", false, true),
            added(4, "[MASK]", true, true),
            added(14, "New York", false, false))
        + "]";
  }

  private static String robertaTokens() {
    return "["
        + String.join(
            ",",
            added(0, "<s>", false, true),
            added(2, "</s>", false, true),
            added(3, "<unk>", false, true),
            added(4, "<mask>", true, true))
        + "]";
  }

  private static String wordPiece() {
    String[] tokens = {
      "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<s>", "</s>", "a", "b", "##b", "e", "中", "!",
      "new"
    };
    JsonObject vocab = new JsonObject();
    for (int id = 0; id < tokens.length; id++) {
      vocab.addProperty(tokens[id], id);
    }
    return "{'type':'WordPiece','unk_token':'[UNK]','continuing_subword_prefix':'##',"
        + "'max_input_chars_per_word':100,'vocab':"
        + vocab
        + "}";
  }

  /** All letters of the byte alphabet but the quotes, which this file writes as other things. */
  private static String bpe(String suffix) {
    JsonObject vocab = new JsonObject();
    int id = 0;
    for (String token : new String[] {"<s>", "<pad>", "</s>", "<unk>", "<mask>"}) {
      vocab.addProperty(token, id++);
    }
    for (int c = '!'; c < 0x144; c++) {
      if (c != '"' && c != '\'' && c != '\\' && (c < 0x7F || c > 0xA0) && c != 0xAD) {
        vocab.addProperty(String.valueOf((char) c), id++);
      }
    }
    for (String token : new String[] {"ab", "Ġa", "Ġab", "a</w>", "aa"}) {
      vocab.addProperty(token, id++);
    }
    return "{'type':'BPE','dropout':null,'unk_token':null,'continuing_subword_prefix':'',"
        + "'end_of_word_suffix':'"
        + suffix
        + "','fuse_unk':false,'byte_fallback':false,'ignore_merges':false,'vocab':"
        + vocab
        + ",'merges':[['a','b'],['Ġ','a'],['Ġ','ab'],['a','a']]}";
  }

  private static String unigram() {
    String[] pieces = {"<s>", "<pad>", "</s>", "<unk>", "<mask>", "▁", "a", "b", "ab", "▁a", "e"};
    JsonArray vocab = new JsonArray();
    for (int id = 0; id < pieces.length; id++) {
      JsonArray piece = new JsonArray();
      piece.add(pieces[id]);
      piece.add(id < 5 ? 0.0 : -1.5 * id);
      vocab.add(piece);
    }
    return "{'type':'Unigram','unk_id':3,'byte_fallback':false,'vocab':" + vocab + "}";
  }

  /** The charsmap of SentencePiece's nmt_nfkc, which XLM-R and CamemBERT have. */
  private static String precompiled() throws IOException {
    return "{'type':'Precompiled','precompiled_charsmap':'"
        + Fixture.resource("charsmap/nmt_nfkc.gz")
        + "'}";
  }
}
