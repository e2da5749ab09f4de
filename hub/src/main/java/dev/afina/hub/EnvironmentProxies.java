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
 * The proxy of the environment variables that command line programs use: {@code HTTPS_PROXY}, else
 * {@code ALL_PROXY}, and {@code NO_PROXY} for exceptions; their lower-case forms take precedence.
 * Java itself only has system properties for that, which are used if neither is set. {@code
 * HTTP_PROXY} is for plain HTTP, which never leaves this machine here, and this machine is always
 * reached directly.
 */
final class EnvironmentProxies extends ProxySelector {
  private static final Logger LOG = LoggerFactory.getLogger(EnvironmentProxies.class);
  private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

  private final Proxy proxy;
  private final List<String> direct;

  private EnvironmentProxies(Proxy proxy, List<String> direct) {
    this.proxy = proxy;
    this.direct = direct;
  }

  /**
   * The proxies of an environment, or those of the JVM if it names none. A variable that is not
   * needed may hold anything, since tunnels like to set them all.
   *
   * @throws IllegalArgumentException if the variable that counts names no proxy that can be used
   */
  static @Nullable ProxySelector of(Map<String, String> environment) {
    List<String> direct =
        variable(environment, "NO_PROXY")
            .map(hosts -> List.of(hosts.strip().toLowerCase(Locale.ROOT).split("[\\s,]+")))
            .orElse(List.of());
    Optional<Proxy> proxy =
        direct.contains("*")
            ? Optional.of(Proxy.NO_PROXY)
            : proxy(environment, "HTTPS_PROXY").or(() -> proxy(environment, "ALL_PROXY"));
    return proxy
        .<ProxySelector>map(used -> new EnvironmentProxies(used, direct))
        .orElseGet(ProxySelector::getDefault);
  }

  @Override
  public List<Proxy> select(URI uri) {
    String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
    if (HubHttp.isLoopback(uri) || direct.stream().anyMatch(pattern -> covers(pattern, host))) {
      return DIRECT;
    }
    return List.of(proxy);
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {
    LOG.debug("proxy {}: {}", address, e.toString());
  }

  /** {@code example.org} and {@code .example.org} also cover subdomains. */
  private static boolean covers(String pattern, String host) {
    String name = pattern.replaceFirst("^\\*?\\.", "").replaceFirst(":\\d+$", "");
    return !name.isEmpty() && (host.equals(name) || host.endsWith("." + name));
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
    if (uri.getScheme().toLowerCase(Locale.ROOT).startsWith("socks")) {
      throw new IllegalArgumentException(
          "environment variable "
              + name
              + ": a SOCKS proxy, which Java's HTTP client cannot use; set HTTPS_PROXY to an HTTP"
              + " proxy (http://host:port), or NO_PROXY=* if the Hub can be reached without");
    }
    if (uri.getUserInfo() != null) {
      LOG.warn(
          "{}: the user and password in it are not sent; a proxy that needs them refuses", name);
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port));
  }

  private static IllegalArgumentException notAProxy(String name) {
    return new IllegalArgumentException(
        "environment variable " + name + ": not a proxy this can use; expected http://host:port");
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return EnvironmentPaths.variable(environment, name.toLowerCase(Locale.ROOT))
        .or(() -> EnvironmentPaths.variable(environment, name));
  }
}
