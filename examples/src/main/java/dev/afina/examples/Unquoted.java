package dev.afina.examples;

import picocli.CommandLine.ITypeConverter;

/** A name of several with commas between; one that has a comma itself stands in double quotes. */
final class Unquoted implements ITypeConverter<String> {
  @Override
  public String convert(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
