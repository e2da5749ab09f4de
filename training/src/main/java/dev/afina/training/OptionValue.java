package dev.afina.training;

/**
 * An option as people read it.
 *
 * @param name that of the method that sets it
 * @param value as text; {@code none} where there is none
 * @param set whether it was set, or is left at its default
 */
public record OptionValue(String name, String value, boolean set) {}
