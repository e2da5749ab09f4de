/**
 * The YAML at the beginning of a README.md on the Hub: read with limits, written so that every
 * parser reads the same. Internal: it may change with any version.
 */
@NullMarked
package dev.afina.internal.yaml;

import org.jspecify.annotations.NullMarked;
