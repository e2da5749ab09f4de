package dev.afina.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubEnvironmentTest {
  @TempDir Path home;

  @Test
  void nothingSet_isThePublicHub() {
    HubEnvironment environment = environment("HF_HOME", home.toString());

    assertThat(environment.endpoint()).isEqualTo("https://huggingface.co");
    assertThat(environment.cache()).isEqualTo(home.resolve("hub"));
    assertThat(environment.token()).isEmpty();
    assertThat(environment.offline()).isFalse();
    assertThat(environment.links()).isTrue();
    assertThat(environment.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(environment.readTimeout()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void token_fromTheVariableThenTheFile() throws IOException {
    Files.writeString(home.resolve("token"), " file \r\n");
    Path other = Files.writeString(home.resolve("other"), "elsewhere");

    assertThat(environment("HF_HOME", home.toString()).token()).contains("file");
    assertThat(environment("HF_HOME", home.toString(), "HF_TOKEN", " var\n").token())
        .contains("var");
    assertThat(environment("HF_HOME", home.toString(), "HF_TOKEN", " ").token()).contains("file");
    assertThat(environment("HF_HOME", home.toString(), "HUGGING_FACE_HUB_TOKEN", "old").token())
        .contains("old");
    assertThat(environment("HF_HOME", home.toString(), "HF_TOKEN_PATH", other.toString()).token())
        .contains("elsewhere");
    assertThat(
            environment("HF_HOME", home.toString(), "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1").token())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1, , true",
    "true, , true",
    "ON, , true",
    "yes, , true",
    "0, , false",
    ", 1, true",
    "0, 1, false",
    "no, , false",
  })
  void offline_likeThePythonClient(String hub, String transformers, boolean expected) {
    assertThat(
            environment(
                    "HF_HUB_OFFLINE",
                    hub == null ? "" : hub,
                    "TRANSFORMERS_OFFLINE",
                    transformers == null ? "" : transformers)
                .offline())
        .isEqualTo(expected);
  }

  @Test
  void timeouts() {
    HubEnvironment environment =
        environment("HF_HUB_ETAG_TIMEOUT", "3", "HF_HUB_DOWNLOAD_TIMEOUT", "60");
    assertThat(environment.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(environment.readTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThatThrownBy(() -> environment("HF_HUB_ETAG_TIMEOUT", "soon").connectTimeout())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("environment variable HF_HUB_ETAG_TIMEOUT: \"soon\", expected seconds");
  }

  @Test
  void proxies_notForThisMachineAndTheExceptions() {
    ProxySelector proxies =
        EnvironmentProxies.of(
            Map.of(
                "HTTPS_PROXY", "http://proxy.org:3128",
                "http_proxy", "other.org:8080",
                "ALL_PROXY", "third.org:8080",
                "NO_PROXY", "internal.org, .corp,host:443"));

    assertThat(proxies.select(URI.create("https://huggingface.co/x")))
        .isEqualTo(http("proxy.org", 3128));
    for (String direct :
        List.of(
            "internal.org", "a.internal.org", "hub.corp", "host", "localhost:90", "127.0.0.1")) {
      assertThat(proxies.select(URI.create("https://" + direct + "/x")))
          .as(direct)
          .isEqualTo(List.of(Proxy.NO_PROXY));
    }
    assertThat(proxies.select(URI.create("https://notinternal.org/x")))
        .isEqualTo(http("proxy.org", 3128));
  }

  @Test
  void proxies_noneSet_areThoseOfTheJvm() {
    assertThat(EnvironmentProxies.of(Map.of())).isSameAs(ProxySelector.getDefault());
  }

  /** As many tunnels set them. */
  @Test
  void proxies_socksBesideHttp_isNotAskedFor() {
    ProxySelector proxies =
        EnvironmentProxies.of(
            Map.of(
                "https_proxy", "http://127.0.0.1:7890",
                "all_proxy", "socks5://127.0.0.1:7891"));
    assertThat(proxies.select(URI.create("https://huggingface.co/x")))
        .isEqualTo(http("127.0.0.1", 7890));
  }

  @Test
  void proxies_allProxy_isForThoseWithoutTheirOwn() {
    assertThat(
            EnvironmentProxies.of(Map.of("ALL_PROXY", "proxy.org"))
                .select(URI.create("https://huggingface.co/x")))
        .isEqualTo(http("proxy.org", 80));
    assertThat(EnvironmentProxies.of(Map.of("HTTP_PROXY", "socks5://proxy.org:1")))
        .as("plain HTTP never leaves this machine")
        .isSameAs(ProxySelector.getDefault());
  }

  @Test
  void proxies_noneForAnyHost_areNotAskedFor() {
    assertThat(
            EnvironmentProxies.of(Map.of("ALL_PROXY", "socks5://proxy.org:1", "NO_PROXY", "a, *"))
                .select(URI.create("https://huggingface.co/x")))
        .isEqualTo(List.of(Proxy.NO_PROXY));
  }

  @Test
  void proxies_socks_saysTheWayOut() {
    assertThatThrownBy(() -> EnvironmentProxies.of(Map.of("ALL_PROXY", "socks5h://u:secret@h:1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "environment variable ALL_PROXY: a SOCKS proxy, which Java's HTTP client cannot use;"
                + " set HTTPS_PROXY to an HTTP proxy (http://host:port), or NO_PROXY=* if the Hub"
                + " can be reached without");
  }

  @Test
  void proxies_offline_areNotAskedFor() {
    HubClient client =
        HubClient.fromEnvironment(
                Map.of(
                    "HF_HUB_CACHE",
                    home.toString(),
                    "HF_HUB_OFFLINE",
                    "1",
                    "ALL_PROXY",
                    "socks5://proxy.org:1"))
            .build();
    assertThat(client.cache()).isEqualTo(home);
  }

  @Test
  void proxies_brokenAddress_isNotShown() {
    assertThatThrownBy(() -> EnvironmentProxies.of(Map.of("HTTPS_PROXY", "http://u:secret@ /")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "environment variable HTTPS_PROXY: not a proxy this can use; expected http://host:port");
  }

  private static List<Proxy> http(String host, int port) {
    return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port)));
  }

  private static HubEnvironment environment(String... pairs) {
    Map<String, String> variables = new java.util.HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      variables.put(pairs[i], pairs[i + 1]);
    }
    return new HubEnvironment(variables);
  }

  @Test
  void relativeCache_isOneOfTheWorkingFolder() {
    HubClient client = HubClient.fromEnvironment(Map.of("HF_HUB_CACHE", "my-cache")).build();
    assertThat(client.cache()).isEqualTo(Path.of("my-cache").toAbsolutePath());
  }
}
