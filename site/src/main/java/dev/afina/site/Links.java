package dev.afina.site;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Link;
import org.commonmark.node.Node;

/** Links between files of the repository, which become links between pages. */
final class Links {
  private static final Pattern HREF = Pattern.compile("<a[^>]* href=\"([^\"]*)\"");
  private static final Pattern ID = Pattern.compile(" id=\"([^\"]*)\"");

  private final Path repository;
  private final Map<String, String> pages = new HashMap<>(); // by source

  /** Where files lie that are no page. */
  private final String browse;

  Links(Path repository, Contents contents, String browse) {
    this.repository = repository;
    this.browse = browse;
    contents.entries().forEach(entry -> pages.put(entry.source(), entry.page()));
  }

  /**
   * Turns the links of a page.
   *
   * @param source its file
   * @throws IOException when one leads nowhere
   */
  void turn(Node document, String source) throws IOException {
    List<String> missing = new ArrayList<>();
    document.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Link link) {
            String turned = turned(link.getDestination(), source);
            if (turned.isEmpty()) {
              missing.add(link.getDestination());
            } else {
              link.setDestination(turned);
            }
            visitChildren(link);
          }
        });
    if (!missing.isEmpty()) {
      throw new IOException(source + ": these links lead nowhere: " + missing);
    }
  }

  /** Empty where nothing is there. */
  private String turned(String destination, String source) {
    if (destination.startsWith("#") || URI.create(destination).isAbsolute()) {
      return destination;
    }
    int hash = destination.indexOf('#');
    String path = hash < 0 ? destination : destination.substring(0, hash);
    String anchor = hash < 0 ? "" : destination.substring(hash);
    Path target = repository.resolve(source).resolveSibling(path).normalize();
    if (!Files.exists(target)) {
      return "";
    }
    String file = repository.normalize().relativize(target).toString().replace('\\', '/');
    String page = pages.get(file);
    return page == null
        ? browse + file + anchor
        : up(pages.getOrDefault(source, "")) + page + anchor;
  }

  /** From a page to the folder of the site. */
  static String up(String page) {
    return "../".repeat((int) page.chars().filter(c -> c == '/').count());
  }

  /**
   * Looks whether every link between the written pages finds its page and its heading.
   *
   * @param elsewhere the beginning of links to what is made by others
   * @throws IOException which names those that don't
   */
  static void check(Path site, List<String> written, String elsewhere) throws IOException {
    Map<String, String> html = new HashMap<>();
    for (String page : written) {
      html.put(page, Files.readString(site.resolve(page)));
    }
    List<String> broken = new ArrayList<>();
    for (String page : written) {
      Matcher links = HREF.matcher(html.getOrDefault(page, ""));
      while (links.find()) {
        String link = links.group(1);
        if (!link.contains(":") && !link.contains(elsewhere) && !leads(page, link, html)) {
          broken.add(page + ": " + link);
        }
      }
    }
    if (!broken.isEmpty()) {
      throw new IOException("links that lead nowhere: " + broken);
    }
  }

  private static boolean leads(String page, String link, Map<String, String> html) {
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    String target = path.isEmpty() ? page : URI.create(page).resolve(path).toString();
    String text = html.get(target);
    if (text == null) {
      return false;
    }
    if (hash < 0) {
      return true;
    }
    Matcher ids = ID.matcher(text);
    while (ids.find()) {
      if (ids.group(1).equals(link.substring(hash + 1))) {
        return true;
      }
    }
    return false;
  }
}
