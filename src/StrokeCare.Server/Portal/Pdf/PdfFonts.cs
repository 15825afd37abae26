using PdfSharp.Fonts;

namespace StrokeCare.Server.Portal;

/// <summary>The two faces that the program brings along: what a machine has installed changes no document.</summary>
internal sealed class PdfFonts : IFontResolver
{
    public const string Family = "Open Sans";

    private const string Resources = "StrokeCare.Server.Portal.Pdf.";
    private const string Regular = "OpenSans-Regular.ttf";
    private const string Bold = "OpenSans-Bold.ttf";

    private PdfFonts()
    {
    }

    /// <summary>The library keeps its fonts once for the whole process.</summary>
    public static void Use() => GlobalFontSettings.FontResolver ??= new PdfFonts();

    public FontResolverInfo? ResolveTypeface(string familyName, bool isBold, bool isItalic) => new(isBold ? Bold : Regular);

    public byte[]? GetFont(string faceName)
    {
        using var stream = typeof(PdfFonts).Assembly.GetManifestResourceStream(Resources + faceName)
            ?? throw new InvalidOperationException($"{faceName} is not in the program.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
