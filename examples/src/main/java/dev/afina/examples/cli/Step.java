package dev.afina.examples.cli;

/**
 * A step of a program that was made after a notebook.
 *
 * @param title what happens here
 * @param notebook the lines of Python that it stands for, shortened
 */
public record Step(String title, String notebook) {}
