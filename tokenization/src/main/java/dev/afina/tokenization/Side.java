package dev.afina.tokenization;

/** The end of a text at which pads are added or tokens are cut. */
enum Side {
  LEFT,
  RIGHT
}
