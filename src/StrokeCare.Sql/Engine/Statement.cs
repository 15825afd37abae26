namespace StrokeCare.Sql.Engine;

/// <summary>What a parameter holds; each dialect knows how it stores it.</summary>
internal enum SqlType
{
    Text,
    Int,
    Long,
    Real,
    Bool,

    /// <summary>A DATETIME column of the seed: UTC with milliseconds.</summary>
    Time,
    Date,
    Bytes,

    /// <summary>Several texts for <see cref="Dialect.AnyOf"/>.</summary>
    Texts,

    /// <summary>Several integers for <see cref="Dialect.AnyOf"/>.</summary>
    Ints,

    // One column of many rows, of an engine that takes them in one statement.
    Longs,
    Reals,
    Bools,
    Dates,
}

/// <summary>SQL with the types of its parameters <c>$1, $2 …</c>. Made once; each session prepares it once.</summary>
internal sealed class Statement(string sql, params SqlType[] parameters)
{
    public string Sql { get; } = sql;

    public SqlType[] Parameters { get; } = parameters;

    /// <summary>
    /// The same write for the rows of <c>given</c>, whose columns <c>c1, c2 …</c> are the parameters and <c>place</c> their
    /// order; it returns the first column of those that it wrote.
    /// </summary>
    public string? OfGiven { get; init; }

    /// <summary>This for many rows at once, each parameter an array: answers the places, from 1, of the rows that were written. Null: row by row.</summary>
    public Statement? Many { get; init; }

    /// <summary>What follows on the rest of the values, only if this changed a row. See <see cref="Dialect.Then"/>.</summary>
    public Statement? Next { get; init; }
}
