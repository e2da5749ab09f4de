package dev.afina.hub;

/** What a repository holds: where the Hub and the cache keep it. */
enum RepositoryKind {
  MODEL("models", ""),
  DATASET("datasets", "datasets/");

  private final String plural;
  private final String prefix;

  RepositoryKind(String plural, String prefix) {
    this.plural = plural;
    this.prefix = prefix;
  }

  /** The start of the API's paths about one repository. */
  String api() {
    return "/api/" + plural + "/";
  }

  /** What stands before the repository's id in the addresses of its files. */
  String prefix() {
    return prefix;
  }

  /** The name of the repository's folder in the cache. */
  String folderName(String repositoryId) {
    return plural + "--" + repositoryId.replace("/", "--");
  }
}
