namespace StrokeCare.Server.Portal;

/// <summary>A line of a <see cref="CountTable"/>: the bar is as long as its count; <paramref name="Text"/> stands in the place of the plain number.</summary>
public sealed record CountRow(string Name, long Count, string? Text = null, long Also = 0);
