///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//REPOS mavenlocal,central
//DEPS dev.afina:afina-bom:0.1.0-SNAPSHOT@pom
//DEPS dev.afina:afina-core
//DEPS ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64
//DEPS org.slf4j:slf4j-simple:2.0.17
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
import dev.afina.Classifier;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Says which label each line of standard input has: {@code Classify.java MODEL}. */
public class Classify {
  public static void main(String[] args) throws Exception {
    try (Classifier classifier = Classifier.load(args[0]);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      lines.lines().forEach(line -> System.out.println(classifier.predict(line) + "\t" + line));
    }
  }
}
