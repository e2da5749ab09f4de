package dev.afina.training;

/**
 * An option as text, for reports.
 *
 * @param name the name of the method that sets it
 * @param value the value; {@code none} if there is none
 * @param set whether it was set explicitly rather than left at its default
 */
public record OptionValue(String name, String value, boolean set) {}
