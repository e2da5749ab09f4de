package dev.afina.hub.testing;

import com.google.gson.JsonObject;
import dev.afina.internal.files.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The storage of large files: a second server whose addresses are signed. Like the real one it
 * refuses a request that brings an {@code Authorization} header besides the signature; unlike it,
 * it looks at the hash of every upload.
 */
final class Storage {
  private final Path folder;
  private final String secret = UUID.randomUUID().toString();
  private final Map<String, Multipart> multiparts = new ConcurrentHashMap<>();

  /** An upload in parts. */
  record Multipart(
      LocalRepository repository, String sha256, long size, long chunk, Map<Integer, Path> parts) {
    int count() {
      return Math.toIntExact((size + chunk - 1) / chunk);
    }

    long bytes(int part) {
      return Math.min(chunk, size - chunk * (part - 1));
    }
  }

  Storage(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("objects"));
  }

  /** The path with a signature that only this storage can make. */
  String signed(String method, String path) {
    return path + "?X-Amz-Signature=" + signature(method, path);
  }

  boolean has(String sha256, long size) throws IOException {
    Path object = object(sha256);
    return Files.isRegularFile(object) && Files.size(object) == size;
  }

  byte[] read(String sha256) throws IOException {
    return Files.readAllBytes(object(sha256));
  }

  String add(byte[] content) throws IOException {
    String sha256 = Hashes.sha256(content);
    Path file = Files.createTempFile(folder, "add", "");
    Files.write(file, content);
    Files.move(file, object(sha256), StandardCopyOption.REPLACE_EXISTING);
    return sha256;
  }

  /** Starts an upload in parts and returns its id. */
  String start(LocalRepository repository, String sha256, long size, long chunk) {
    String id = UUID.randomUUID().toString().replace("-", "");
    multiparts.put(id, new Multipart(repository, sha256, size, chunk, new ConcurrentHashMap<>()));
    return id;
  }

  /** How many uploads in parts were started and not completed. */
  int openUploads() {
    return multiparts.size();
  }

  void serve(Exchange exchange) throws IOException, ApiError {
    String path = exchange.path();
    if (exchange.header("Authorization").isPresent()) {
      throw new ApiError(
          400, "Only one auth mechanism allowed: the signature, not the Authorization header");
    }
    String method = exchange.method();
    if (!exchange
        .query("X-Amz-Signature")
        .orElse("")
        .equals(signature(method.equals("HEAD") ? "GET" : method, path))) {
      throw new ApiError(403, "SignatureDoesNotMatch");
    }
    List<String> parts = exchange.segments();
    switch (method + " " + parts.get(0)) {
      case "GET objects", "HEAD objects" -> download(exchange, parts.get(1));
      case "PUT upload" -> upload(exchange, parts.get(1), parts.get(2));
      case "PUT part" -> part(exchange, parts.get(1), Integer.parseInt(parts.get(2)));
      default -> throw new ApiError(405, "MethodNotAllowed");
    }
  }

  /** Joins the parts of an upload, when each is there and the whole has its hash. */
  void complete(Exchange exchange, String id) throws IOException, ApiError {
    Multipart upload = multiparts.get(id);
    if (upload == null) {
      throw new ApiError(404, "NoSuchUpload");
    }
    JsonObject body = exchange.json();
    Map<Integer, String> etags = new TreeMap<>();
    body.getAsJsonArray("parts")
        .forEach(
            part ->
                etags.put(
                    part.getAsJsonObject().get("partNumber").getAsInt(),
                    part.getAsJsonObject().get("etag").getAsString()));
    List<InputStream> streams = new ArrayList<>();
    for (int number = 1; number <= upload.count(); number++) {
      Path file = upload.parts().get(number);
      if (file == null || !etag(file).equals(etags.get(number))) {
        throw new ApiError(400, "InvalidPart: part " + number + " is missing or has another ETag");
      }
    }
    if (etags.size() != upload.count() || !upload.sha256().equals(body.get("oid").getAsString())) {
      throw new ApiError(400, "InvalidPart: the parts are not those of the upload");
    }
    for (int number = 1; number <= upload.count(); number++) {
      streams.add(Files.newInputStream(upload.parts().get(number)));
    }
    try (InputStream all = new SequenceInputStream(Collections.enumeration(streams))) {
      keep(all, upload.sha256(), upload.size());
    }
    multiparts.remove(id);
    for (Path file : upload.parts().values()) {
      Files.deleteIfExists(file);
    }
    upload.repository().addObject(upload.sha256());
    exchange.answer(new JsonObject());
  }

  private void download(Exchange exchange, String sha256) throws IOException, ApiError {
    Path object = object(sha256);
    if (!Files.isRegularFile(object)) {
      throw new ApiError(404, "NoSuchKey");
    }
    try (InputStream content = Files.newInputStream(object)) {
      exchange.answerFile(Map.of("ETag", "\"" + sha256 + "\""), content, Files.size(object));
    }
  }

  private void upload(Exchange exchange, String sha256, String size) throws IOException, ApiError {
    keep(exchange.body(), sha256, Long.parseLong(size));
    exchange.answer(200, Map.of("ETag", "\"" + sha256 + "\""), new byte[0]);
  }

  private void part(Exchange exchange, String id, int number) throws IOException, ApiError {
    Multipart upload = multiparts.get(id);
    if (upload == null || number < 1 || number > upload.count()) {
      throw new ApiError(404, "NoSuchUpload");
    }
    Path file = Files.createTempFile(folder, "part", "");
    try (OutputStream out = Files.newOutputStream(file)) {
      exchange.body().transferTo(out);
    }
    if (Files.size(file) != upload.bytes(number)) {
      throw new ApiError(
          400,
          "part " + number + ": " + Files.size(file) + " bytes, expected " + upload.bytes(number));
    }
    upload.parts().put(number, file);
    exchange.answer(200, Map.of("ETag", etag(file)), new byte[0]);
  }

  private void keep(InputStream content, String sha256, long size) throws IOException, ApiError {
    MessageDigest digest = Hashes.digest("SHA-256");
    Path file = Files.createTempFile(folder, "upload", "");
    try {
      try (OutputStream out = Files.newOutputStream(file)) {
        new DigestInputStream(content, digest).transferTo(out);
      }
      String actual = Hashes.hex(digest.digest());
      if (!actual.equals(sha256) || Files.size(file) != size) {
        throw new ApiError(
            400,
            "BadDigest: "
                + Files.size(file)
                + " bytes with SHA-256 "
                + actual
                + ", expected "
                + size
                + " bytes with "
                + sha256);
      }
      Files.move(file, object(sha256), StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private Path object(String sha256) {
    return folder.resolve("objects").resolve(sha256.replaceAll("[^0-9a-f]", "_"));
  }

  private static String etag(Path file) throws IOException {
    return "\"" + Hashes.hex(Hashes.digest("MD5").digest(Files.readAllBytes(file))) + "\"";
  }

  private String signature(String method, String path) {
    return Hashes.sha256((secret + method + path).getBytes(StandardCharsets.UTF_8));
  }

  void delete() throws IOException {
    FileTree.delete(folder);
  }
}
