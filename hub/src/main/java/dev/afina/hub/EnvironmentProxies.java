package dev.afina.hub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxies of the environment variables that command line programs use: {@code HTTPS_PROXY},
 * {@code HTTP_PROXY}, {@code ALL_PROXY} and, for exceptions, {@code NO_PROXY}; their lower-case
 * forms take precedence. Java itself only has system properties for that, which are used if no
 * variable is set. This machine is always reached directly.
 */
final class EnvironmentProxies extends ProxySelector {
  private static final Logger LOG = LoggerFactory.getLogger(EnvironmentProxies.class);
  private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

  private final Optional<Proxy> https;
  private final Optional<Proxy> http;
  private final List<String> direct;

  private EnvironmentProxies(Optional<Proxy> https, Optional<Proxy> http, List<String> direct) {
    this.https = https;
    this.http = http;
    this.direct = direct;
  }

  /** The proxies of an environment, or those of the JVM if it names none. */
  static @Nullable ProxySelector of(Map<String, String> environment) {
    Optional<Proxy> all = proxy(environment, "ALL_PROXY");
    Optional<Proxy> https = proxy(environment, "HTTPS_PROXY").or(() -> all);
    Optional<Proxy> http = proxy(environment, "HTTP_PROXY").or(() -> all);
    if (https.isEmpty() && http.isEmpty()) {
      return ProxySelector.getDefault();
    }
    List<String> direct =
        variable(environment, "NO_PROXY")
            .map(hosts -> List.of(hosts.strip().toLowerCase(Locale.ROOT).split("[\\s,]+")))
            .orElse(List.of());
    return new EnvironmentProxies(https, http, direct);
  }

  @Override
  public List<Proxy> select(URI uri) {
    String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
    if (HubHttp.isLoopback(uri) || direct.stream().anyMatch(pattern -> covers(pattern, host))) {
      return DIRECT;
    }
    return ("https".equalsIgnoreCase(uri.getScheme()) ? https : http).map(List::of).orElse(DIRECT);
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {
    LOG.debug("proxy {}: {}", address, e.toString());
  }

  /**
   * {@code *} covers all hosts; {@code example.org} and {@code .example.org} also cover subdomains.
   */
  private static boolean covers(String pattern, String host) {
    String name = pattern.replaceFirst("^\\*?\\.", "").replaceFirst(":\\d+$", "");
    return pattern.equals("*")
        || (!name.isEmpty() && (host.equals(name) || host.endsWith("." + name)));
  }

  private static Optional<Proxy> proxy(Map<String, String> environment, String name) {
    return variable(environment, name).map(address -> proxy(name, address));
  }

  private static Proxy proxy(String name, String address) {
    URI uri;
    try {
      uri = URI.create(address.contains("://") ? address : "http://" + address);
    } catch (IllegalArgumentException e) {
      throw notAProxy(name); // without the address, which may hold a password
    }
    if (uri.getHost() == null) {
      throw notAProxy(name);
    }
    if (uri.getUserInfo() != null) {
      LOG.warn("{}: the user and password in it are not used", name);
    }
    if (uri.getScheme().startsWith("socks")) {
      throw notAProxy(name); // the JDK's HTTP client knows no SOCKS
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port));
  }

  private static IllegalArgumentException notAProxy(String name) {
    return new IllegalArgumentException(
        "environment variable " + name + ": not a proxy this can use; expected http://host:port");
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return LocalCache.variable(environment, name.toLowerCase(Locale.ROOT))
        .or(() -> LocalCache.variable(environment, name));
  }
}
