package dev.afina.examples.api;

import dev.afina.ServingOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How a model is served over HTTP. */
final class ApiOptions {
  private static final int MAX_PORT = 65_535;
  private static final String DEFAULT = " Default: ${DEFAULT-VALUE}";

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "The address to listen on; 0.0.0.0 lets other machines in." + DEFAULT)
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port to listen on; 0 for any that is free." + DEFAULT)
  private int port = 8080;

  @Option(
      names = "--max-body",
      paramLabel = "BYTES",
      description = "The longest body of a request." + DEFAULT)
  private int maxBody = ApiLimits.STANDARD.bodyBytes();

  @Option(
      names = "--max-texts",
      paramLabel = "N",
      description = "The texts of one request." + DEFAULT)
  private int maxTexts = ApiLimits.STANDARD.texts();

  @Option(names = "--max-characters", paramLabel = "N", description = "The longest text." + DEFAULT)
  private int maxCharacters = ApiLimits.STANDARD.characters();

  @Option(
      names = "--deadline",
      paramLabel = "SECONDS",
      description = "The time that a request has; then the answer is 504." + DEFAULT)
  private double deadline = 10;

  @Option(
      names = "--tokens-in-flight",
      paramLabel = "N",
      description = "The tokens that may wait before others are answered with 503." + DEFAULT)
  private long tokensInFlight = 65_536;

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  /**
   * What one request may ask for.
   *
   * @throws IllegalArgumentException for a value outside its range
   */
  ApiLimits limits() {
    requirePositive("--max-body", maxBody);
    requirePositive("--max-texts", maxTexts);
    requirePositive("--max-characters", maxCharacters);
    return new ApiLimits(maxBody, maxTexts, maxCharacters, ApiLimits.STANDARD.lists());
  }

  /**
   * How the model serves.
   *
   * @throws IllegalArgumentException for a value outside its range
   */
  ServingOptions serving() {
    if (!(deadline > 0 && deadline < Integer.MAX_VALUE)) {
      throw new IllegalArgumentException("--deadline: expected more than 0, got " + deadline);
    }
    requirePositive("--tokens-in-flight", tokensInFlight);
    return ServingOptions.standard()
        .tokensInFlight(tokensInFlight)
        .deadline(Duration.ofNanos((long) (deadline * 1e9)));
  }

  private static void requirePositive(String option, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(option + ": expected 1 or more, got " + value);
    }
  }

  /**
   * Finds out before a training, and not after it, that the server could not listen.
   *
   * @throws IllegalArgumentException for a port outside its range
   */
  void requireFreePort() throws IOException {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("--port: expected 0 to " + MAX_PORT + ", got " + port);
    }
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(host))) {
      socket.setReuseAddress(true);
    } catch (UnknownHostException e) {
      throw new IOException("--host: no address has the name \"" + host + "\"", e);
    } catch (IOException e) {
      throw new IOException(
          "port " + port + " of " + host + " is busy or not ours; choose another with --port", e);
    }
  }
}
