using System.Reflection;
using System.Text.RegularExpressions;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Sql;

namespace StrokeCare.Tests.Architecture;

public sealed partial class BudgetTests
{
    private const int LinesOfAFile = 300;
    private const int ParametersOfAMethod = 6;
    private const int DependenciesOfAClass = 8;

    [Fact]
    public void No_source_file_is_longer_than_300_lines()
    {
        var files = Source.Files("src", "*.cs");
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files.Select(f => (File: f, Lines: Source.Read(f).Count(c => c == '\n'))), f => f.Lines > LinesOfAFile);
    }

    // STYLE asks for four parameters beside the token; six is where a reader gives up.
    [Fact]
    public void No_method_takes_more_than_6_parameters_beside_its_token_and_no_class_more_than_8_dependencies()
    {
        Assembly[] products = [typeof(Patient).Assembly, typeof(RelationalStore).Assembly, Assembly.Load("StrokeCare.Mongo")];
        const BindingFlags Own = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        var types = products.SelectMany(a => a.GetTypes())
            .Where(t => !t.Name.Contains('<', StringComparison.Ordinal) && t.GetMethod("<Clone>$") is null && t.GetMethod("Deconstruct") is null && !t.IsValueType)
            .Where(t => t.DeclaringType is null || !t.DeclaringType.Name.Contains('<', StringComparison.Ordinal)).ToList();
        var methods = types.SelectMany(t => t.GetMethods(Own)).Where(m => !m.Name.Contains('<', StringComparison.Ordinal));
        Assert.Empty(methods.Where(m => m.GetParameters().Count(p => p.ParameterType != typeof(CancellationToken)) > ParametersOfAMethod).Select(m => $"{m.DeclaringType}.{m.Name}"));
        Assert.Empty(types.SelectMany(t => t.GetConstructors(Own)).Where(c => c.GetParameters().Length > DependenciesOfAClass).Select(c => $"{c.DeclaringType}"));
    }

    [Fact]
    public void Every_audit_action_is_emitted_by_the_product()
    {
        var source = string.Join('\n', Source.Files("src", "*.cs").Where(f => !f.EndsWith("AuditAction.cs", StringComparison.Ordinal)).Select(Source.Read));
        Assert.DoesNotContain(Enum.GetNames<AuditAction>(), name => !Regex.IsMatch(source, $@"AuditAction\.{name}\b", RegexOptions.NonBacktracking));
    }

    [Fact]
    public void Wire_names_of_audit_actions_are_snake_case_and_read_back()
    {
        Assert.All(Enum.GetValues<AuditAction>(), action => Assert.Equal(action, AuditNames.Parse<AuditAction>(action.Wire())));
        Assert.All(Enum.GetValues<AuditAction>(), action => Assert.Matches("^[a-z]+(_[a-z]+)*$", action.Wire()));
        Assert.Null(AuditNames.Parse<AuditAction>("nothing_of_ours"));
        Assert.Null(AuditNames.Parse<AuditAction>(null));
    }

    /// <summary>
    /// SQL may be put together from constants (column lists, placeholders), never from a value of a request or a row:
    /// whatever is in braces in a string with SQL in it has to be on this list, which a reviewer reads.
    /// </summary>
    [Fact]
    public void SQL_is_never_put_together_with_values()
    {
        string[] constants =
        [
            // names of tables and columns, and fragments of SQL that are constants themselves
            "All", "AppointmentColumns.Names", "Band", "Columns", "FormerMrn", "HistoryColumns.Names", "HistoryColumns.Written", "Numbers", "write.Sql", "LogColumns.All", "order", "PatientColumns.Names", "UserColumns.Names", "Refused", "Traits", "Written", "column", "dialect.ForUpdate", "page", "parameter", "table", "target", "types.Count", "types.Length", "values", "where", "write",
            "Overdue", "PatientLists.Columns", "common", "term", "whose", "word", "first", "others", "number", "MostEntries",
        ];
        Regex[] calls =
        [
            new(@"^dialect\.(?:AnyOf|By|DayOf|OneOf|Then)\(", RegexOptions.NonBacktracking),
            new(@"^(?:Next|Numbers)\(", RegexOptions.NonBacktracking),
            new(@"^(?:values|types|conditions)\.Count$", RegexOptions.NonBacktracking),
            new(@"^string\.Join\(", RegexOptions.NonBacktracking),
        ];
        var suspicious =
            from file in Source.Files("src/StrokeCare.Sql", "*.cs")
            from Match text in SqlText().Matches(Source.Read(file))
            from Match hole in Hole().Matches(text.Value)
            let inside = hole.Groups["inside"].Value.Trim()
            where !constants.Contains(inside) && !calls.Any(c => c.IsMatch(inside))
            select $"{file}: {{{inside}}} in {text.Value[..Math.Min(80, text.Value.Length)]}";
        Assert.Empty(suspicious.Distinct());
    }

    [GeneratedRegex("""\$"[^"\n]*\b(?:SELECT|INSERT|UPDATE|DELETE|WHERE|VALUES|ORDER BY|SET)\b[^\n]*""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SqlText();

    [GeneratedRegex(@"\{(?<inside>[^{}]*)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hole();
}
